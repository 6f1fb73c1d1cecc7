package io.braid.job;

import io.braid.torch.Device;

/**
 * What a job leases: a CUDA device, or a share of the CPU.
 *
 * @param name {@code cuda:0}, or {@code cpu-0}, {@code cpu-1}, ...
 */
record Slot(String name, Device device) {}
