package shinso.dashboard.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is answered. The listener is on the loopback address, but every page that a browser shows can
 * send requests there, and a name of somebody else's may resolve to it (DNS rebinding). So a
 * request has to name this server as its host, may not come from another site's page, and has to
 * carry the token: as a cookie that the browser keeps to this site, or as {@code Authorization:
 * Bearer}.
 */
final class Guard {
  /** Sent with every answer. */
  static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  /** The policy of a document with scripts of its own: it gets an origin that nobody knows. */
  static final String SANDBOX =
      "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline';"
          + " style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private static final String BEARER = "Bearer ";

  private final Token token;

  Guard(Token token) {
    this.token = token;
  }

  /**
   * Lets a request pass.
   *
   * @throws RefusedException 421, 403 or 401, if it doesn't
   */
  void check(ServerRequest request, ServerResponse response) {
    HEADERS.forEach(response::header);
    int port = request.localPeer().port();
    requireHost(request.headers(), port);
    requireSameOrigin(request.headers(), port);
    if (isKnown(request.headers(), port)) {
      return;
    }
    if (opensPage(request)) {
      response.header(
          "Set-Cookie", cookie(port) + "=" + token.text() + "; Path=/; HttpOnly; SameSite=Strict");
      return;
    }
    throw new RefusedException(
        401, "open the address that ./shinso dashboard has printed: it has a token in it");
  }

  private static Set<String> hosts(int port) {
    return port == 80
        ? Set.of("127.0.0.1", "localhost", "127.0.0.1:80", "localhost:80")
        : Set.of("127.0.0.1:" + port, "localhost:" + port);
  }

  private static void requireHost(ServerRequestHeaders headers, int port) {
    List<String> given = headers.values(HeaderNames.HOST);
    if (given.size() != 1 || !hosts(port).contains(given.getFirst())) {
      throw new RefusedException(421, "this server is 127.0.0.1 or localhost, and no other");
    }
  }

  private static void requireSameOrigin(ServerRequestHeaders headers, int port) {
    @Nullable String origin = headers.first(HeaderNames.ORIGIN).orElse(null);
    if (origin != null && hosts(port).stream().noneMatch(h -> origin.equals("http://" + h))) {
      throw new RefusedException(403, "requests of other sites' pages are not answered");
    }
    // Browsers say this also where they leave the origin out; "none" is a typed address or a
    // bookmark. A link on another page may lead here, but only with the token does it open
    // anything.
    String site = headers.first(HeaderNames.create("Sec-Fetch-Site")).orElse("none");
    String mode = headers.first(HeaderNames.create("Sec-Fetch-Mode")).orElse("");
    if (!Set.of("none", "same-origin").contains(site) && !mode.equals("navigate")) {
      throw new RefusedException(403, "requests of other sites' pages are not answered");
    }
  }

  private boolean isKnown(ServerRequestHeaders headers, int port) {
    String bearer = headers.first(HeaderNames.AUTHORIZATION).orElse("");
    return (bearer.startsWith(BEARER) && token.matches(bearer.substring(BEARER.length())))
        || headers.cookies().all(cookie(port), List::of).stream().anyMatch(token::matches);
  }

  /** Only the page itself takes a token from the address, and removes it there at once. */
  private boolean opensPage(ServerRequest request) {
    return request.prologue().method().text().equals("GET")
        && request.path().rawPath().equals("/")
        && request.query().all("token", List::of).stream().anyMatch(token::matches);
  }

  /** Cookies are shared by all ports of a host. */
  private static String cookie(int port) {
    return "shinso-" + port;
  }
}
