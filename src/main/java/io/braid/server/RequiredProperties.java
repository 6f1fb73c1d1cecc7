package io.braid.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requires of a record in the contract each component that cannot be null, and each that is written
 * even where it is; to the types of the latter it adds {@code "null"}. A component whose name in
 * JSON is not its own in snake case is left alone.
 */
final class RequiredProperties implements ModelConverter {
  private static final SnakeCaseStrategy NAMES = new SnakeCaseStrategy();

  @Override
  public @Nullable Schema<?> resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
    if (!chain.hasNext()) {
      return null;
    }
    Schema<?> resolved = chain.next().resolve(type, context, chain);
    Class<?> raw = TypeFactory.defaultInstance().constructType(type.getType()).getRawClass();
    if (resolved != null && raw.isRecord()) {
      Schema<?> model = definition(resolved, context);
      for (RecordComponent component : raw.getRecordComponents()) {
        require(component, model);
      }
    }
    return resolved;
  }

  private static Schema<?> definition(Schema<?> resolved, ModelConverterContext context) {
    String reference = resolved.get$ref();
    return reference == null
        ? resolved
        : Objects.requireNonNull(
            context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1)));
  }

  private static void require(RecordComponent component, Schema<?> model) {
    String name = NAMES.translate(component.getName());
    Map<String, Schema> properties = Objects.requireNonNullElse(model.getProperties(), Map.of());
    Schema<?> property = properties.get(name);
    if (property == null || !isAlwaysThere(component)) {
      return;
    }
    model.addRequiredItem(name);
    if (isNullable(component) && property.get$ref() == null) {
      property.addType("null");
    }
  }

  private static boolean isAlwaysThere(RecordComponent component) {
    return Optional.ofNullable(component.getAccessor().getAnnotation(JsonInclude.class))
        .map(include -> include.value() == JsonInclude.Include.ALWAYS)
        .orElse(!isNullable(component));
  }

  private static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }
}
