/** Trains with Shinso. */
module demo {
  requires shinso.train;
}
