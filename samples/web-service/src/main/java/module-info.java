/** Answers over HTTP with a model that Shinso has trained. */
module demo.service {
  requires java.net.http;
  requires jdk.httpserver;
  requires shinso.train;
}
