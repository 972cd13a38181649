/** Runs and models in the browser. */
module shinso.dashboard {
  requires io.helidon.http;
  requires io.helidon.http.sse;
  requires io.helidon.webserver;
  requires io.helidon.webserver.sse;
  requires java.logging;
  requires org.slf4j;
  requires shinso.train;
  requires shinso.zoo;
  requires tools.jackson.databind;

  exports shinso.dashboard;

  // Records are written as JSON.
  opens shinso.dashboard.model to
      tools.jackson.databind;
  opens shinso.dashboard.run to
      tools.jackson.databind;
}
