/** Layers, losses, penalties, initialisers, optimisers and schedules. */
module shinso.nn {
  requires transitive shinso.core;
}
