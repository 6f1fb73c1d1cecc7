package io.braid;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Tests that take minutes, many for they start servers: skipped unless they are asked for. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfSystemProperty(
    named = "braid.test.slow",
    matches = "false",
    disabledReason = "it takes long; ./mvnw verify -Dtest.slow=true runs it")
public @interface Slow {}
