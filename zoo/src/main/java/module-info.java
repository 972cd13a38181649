/** Models, each readable next to its paper, and the recipes that reproduce their results. */
module shinso.zoo {
  requires transitive shinso.nn;
  requires transitive shinso.train;

  exports shinso.zoo;
  exports shinso.zoo.autoencoder;
  exports shinso.zoo.autoregressive;
  exports shinso.zoo.backprop;
  exports shinso.zoo.convolution;
  exports shinso.zoo.directed;
  exports shinso.zoo.energy;
  exports shinso.zoo.feedforward;
  exports shinso.zoo.harness;
  exports shinso.zoo.judge;
  exports shinso.zoo.laboratory;
  exports shinso.zoo.linear;
  exports shinso.zoo.mixture;
  exports shinso.zoo.optimization;
  exports shinso.zoo.recurrent;
  exports shinso.zoo.regularization;
  exports shinso.zoo.sweep;
}
