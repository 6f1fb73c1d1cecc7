package io.braid.retrieval;

/**
 * An item in the database.
 *
 * @param sequence number of the change that made it what it is
 * @param embedded by the version that is searched now
 */
record StoredItem(Item item, long sequence, Embedded embedded) {}
