package io.braid.dataset;

/** A column of a table that says the same of every sample. */
public record ConstantColumn(String modality, String column, float value) {}
