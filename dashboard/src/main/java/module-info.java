/** Runs and models in the browser. */
module shinso.dashboard {
  requires io.helidon.http;
  requires io.helidon.http.sse;
  requires io.helidon.webserver;
  requires io.helidon.webserver.sse;
  requires de.siegmar.fastcsv;
  requires java.logging;
  requires java.management;
  requires jdk.management;
  requires org.slf4j;
  requires shinso.train;
  requires shinso.zoo;
  requires tools.jackson.databind;

  exports shinso.dashboard;
  exports shinso.dashboard.run to
      shinso.app;

  // Records are written as JSON.
  opens shinso.dashboard.model to
      tools.jackson.databind;
  opens shinso.dashboard.run to
      tools.jackson.databind;
}
