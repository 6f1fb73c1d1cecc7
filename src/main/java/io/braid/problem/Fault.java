package io.braid.problem;

/**
 * One thing wrong with a request.
 *
 * @param pointer JSON Pointer (RFC 6901) to the place in the body, or the name of a part or
 *     parameter
 * @param detail what is wrong there, with the value and the limit
 */
public record Fault(String pointer, String detail) {}
