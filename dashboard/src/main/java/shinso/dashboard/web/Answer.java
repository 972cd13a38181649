package shinso.dashboard.web;

import java.io.IOException;

/** What the server says. */
public sealed interface Answer {
  /**
   * An object as JSON: a record, map or list. A number that JSON hasn't is a text, {@code "NaN"}.
   */
  record Json(Object value) implements Answer {}

  /** Bytes of a media type, such as {@code image/png}. */
  record Bytes(String type, byte[] bytes) implements Answer {}

  /**
   * A document with scripts of its own, such as a run's report. It is shown in a sandbox: it is of
   * no site, sees no cookie and can't ask the server anything.
   */
  record Sandboxed(String type, byte[] bytes) implements Answer {}

  /** Events that are sent as they come, until the source returns or the browser is gone. */
  record Events(Source source) implements Answer {}

  /** Nothing but that it is done. */
  record Done() implements Answer {}

  /** Makes events. */
  @FunctionalInterface
  interface Source {
    /**
     * Sends events until nothing more will come.
     *
     * @throws IOException if a file can't be read; the browser will ask again
     */
    void send(Sink sink) throws IOException, InterruptedException;
  }

  /** Takes events for the browser. */
  interface Sink {
    /**
     * Sends an object as JSON.
     *
     * @param event the name that the page listens to
     * @throws java.io.UncheckedIOException if the browser is gone
     */
    void event(String event, Object value);

    /**
     * Shows that the server is there; to be called some times a minute, for this is how a source
     * hears that the browser is gone.
     *
     * @throws java.io.UncheckedIOException if the browser is gone
     */
    void pulse();

    /** Returns whether the server is still running. */
    boolean isOpen();
  }

  /** Returns an object as JSON: a record, map or list. */
  static Answer json(Object value) {
    return new Json(value);
  }

  /** Returns a picture. */
  static Answer png(byte[] bytes) {
    return new Bytes("image/png", bytes);
  }

  /** Returns events. */
  static Answer events(Source source) {
    return new Events(source);
  }

  /** Returns nothing but that it is done. */
  static Answer done() {
    return new Done();
  }
}
