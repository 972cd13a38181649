/** Runs and models in the browser. */
module shinso.dashboard {
  requires shinso.train;
  requires shinso.zoo;
}
