package io.braid.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.test.context.TestPropertySource;

/**
 * A test of a service whose device takes one sample at a time and has room for little more than one
 * large model. Nothing waits for it but what the test sends.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@TestPropertySource(
    properties = {
      "braid.queue.requests=5",
      "braid.queue.max-wait=10m",
      "braid.queue.cpu-batch-tokens=1",
      "braid.device-memory=8MB",
      "braid.demo-items=0"
    })
@interface SmallDevice {}
