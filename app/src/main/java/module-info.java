/** The command line: running recipes, reports, data, a shell, diagnosis. */
module shinso.app {
  requires info.picocli;
  requires java.logging;
  requires java.management;
  requires java.prefs;
  requires jdk.jshell;
  requires jdk.management;
  requires org.jline.terminal;
  requires shinso.dashboard;
  requires shinso.interchange;
  requires shinso.train;
  requires shinso.zoo;

  uses shinso.zoo.sweep.TrialCluster;

  // The command line's fields and constructors are filled in reflectively.
  opens shinso.app to
      info.picocli;

  provides jdk.jshell.spi.ExecutionControlProvider with
      shinso.app.shell.ShellExecution;
}
