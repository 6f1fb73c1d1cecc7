package io.braid.security;

import io.braid.config.BraidProperties;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Keys are asked for where there is a file of them. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration implements WebMvcConfigurer {
  /** After requests have their id, and before anything of them is read. */
  private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 7;

  /** How often the file is looked at. */
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Optional<KeyFile> keys;

  SecurityConfiguration(BraidProperties properties) {
    this.keys =
        Optional.ofNullable(properties.keys()).map(file -> new KeyFile(file.toPath(), EVERY));
  }

  @Bean
  FilterRegistrationBean<KeyFilter> keyFilter() {
    var registration = new FilterRegistrationBean<>(new KeyFilter(keys));
    registration.setOrder(ORDER);
    return registration;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    if (keys.isPresent()) {
      registry.addInterceptor(new RoleCheck()).addPathPatterns("/v1/**");
    }
  }
}
