package dev.tollgate.platform;

/**
 * Tells this process from others.
 *
 * @param value a name that no other process has, nor this one after a restart
 */
record ReplicaName(String value) {}
