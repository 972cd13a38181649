/** The command line: running recipes, reports, data, diagnosis. */
module shinso.app {
  requires info.picocli;
  requires jdk.management;
  requires org.jline.terminal;
  requires shinso.interchange;
  requires shinso.train;
  requires shinso.zoo;

  uses shinso.zoo.sweep.TrialCluster;

  // The command line's fields and constructors are filled in reflectively.
  opens shinso.app to
      info.picocli;
}
