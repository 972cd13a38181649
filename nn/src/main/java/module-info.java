/** Layers, losses, penalties, initialisers, optimisers and schedules. */
module shinso.nn {
  requires transitive shinso.core;
  requires ejml.core;
  requires ejml.ddense;

  exports shinso.nn.init;
  exports shinso.nn.layer;
  exports shinso.nn.linear;
  exports shinso.nn.loss;
  exports shinso.nn.optim;
  exports shinso.nn.penalty;
}
