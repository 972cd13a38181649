package shinso.dashboard.web;

import java.io.IOException;

/**
 * A thing that the server answers.
 *
 * @param method {@code GET} or {@code POST}
 * @param path such as {@code /api/runs/{run}/curves}; what stands in braces is one segment
 * @param handler what answers, on a virtual thread of its own
 */
public record Route(String method, String path, Handler handler) {
  /** Answers a request. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers.
     *
     * @throws RefusedException with the status of an error that is the caller's
     * @throws shinso.train.UserException for another thing that can't be done: status 422, and the
     *     message
     * @throws IOException if a file can't be read: status 500
     */
    Answer answer(Request request) throws IOException;
  }

  /** Returns a route that reads. */
  public static Route get(String path, Handler handler) {
    return new Route("GET", path, handler);
  }

  /** Returns a route that does something; its body is JSON. */
  public static Route post(String path, Handler handler) {
    return new Route("POST", path, handler);
  }
}
