/** Servers that tests and benchmarks start on this machine. */
package io.braid.servers;
