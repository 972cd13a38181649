/** Layers, losses, optimisers, distributions, Markov chains, and what a model can do. */
module shinso.nn {
  requires transitive shinso.core;
  requires ejml.core;
  requires ejml.ddense;

  exports shinso.nn.adversarial;
  exports shinso.nn.chain;
  exports shinso.nn.decode;
  exports shinso.nn.distribution;
  exports shinso.nn.estimator;
  exports shinso.nn.init;
  exports shinso.nn.layer;
  exports shinso.nn.linear;
  exports shinso.nn.loss;
  exports shinso.nn.model;
  exports shinso.nn.optim;
  exports shinso.nn.penalty;
}
