package io.braid.security;

import io.braid.config.BraidProperties;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Keys are asked for where there is a file of them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("braid.keys")
class SecurityConfiguration implements WebMvcConfigurer {
  /** After requests have their id, and before anything of them is read. */
  private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 7;

  @Bean
  FilterRegistrationBean<KeyFilter> keyFilter(BraidProperties properties) {
    var file = new KeyFile(Objects.requireNonNull(properties.keys()).toPath());
    var registration = new FilterRegistrationBean<>(new KeyFilter(file));
    registration.setOrder(ORDER);
    return registration;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(new RoleCheck()).addPathPatterns("/v1/**");
  }
}
