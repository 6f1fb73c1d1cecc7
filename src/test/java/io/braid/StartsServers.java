package io.braid;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Tests that take minutes, for they start servers: skipped unless they are asked for. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfSystemProperty(
    named = "braid.test.servers",
    matches = "false",
    disabledReason = "it starts servers; ./mvnw verify -Dtest.servers=true runs it")
public @interface StartsServers {}
