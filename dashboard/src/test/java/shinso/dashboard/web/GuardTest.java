package shinso.dashboard.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.dashboard.web.RawHttp.Reply;
import shinso.zoo.harness.UsageException;

/** Who is answered, with what headers, and how much is read of what is sent. */
final class GuardTest {
  private static final Token TOKEN = Token.random();
  private static final String BEARER = "Authorization: Bearer " + TOKEN.text();

  private static WebServer server;
  private static int port;

  @BeforeAll
  static void start() {
    server =
        WebServer.start(
            0,
            TOKEN,
            List.of(
                Route.get("/", _ -> new Answer.Bytes("text/html; charset=utf-8", new byte[0])),
                Route.get("/api/name/{name}", q -> Answer.json(Map.of("name", q.path("name")))),
                Route.get("/api/number", q -> Answer.json(Map.of("n", q.query("n", 1, 1, 9)))),
                Route.get("/api/report", _ -> new Answer.Sandboxed("text/html", new byte[0])),
                Route.get(
                    "/api/usage",
                    _ -> {
                      throw new UsageException("there is no recipe <b>x</b>");
                    }),
                Route.get(
                    "/api/fault",
                    _ -> {
                      throw new IllegalStateException("a secret of the inside");
                    }),
                Route.post("/api/echo", q -> Answer.json(q.json(1000)))));
    port = server.port();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Reply get(String path, String... headers) throws IOException {
    return RawHttp.send(port, "GET " + path, List.of(headers), "");
  }

  private static Reply post(String body, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Content-Type: application/json", "Content-Length: " + body.length()));
    return RawHttp.send(port, "POST /api/echo", all, body);
  }

  @Test
  void listensOnLoopbackOnly() throws IOException {
    for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(one.getInetAddresses())) {
        if (!address.isLoopbackAddress()) {
          assertThrows(
              IOException.class, () -> new Socket(address, port).close(), address::toString);
        }
      }
    }
    // Of the loopback addresses it is 127.0.0.1 alone.
    assertThrows(
        ConnectException.class, () -> new Socket(InetAddress.getByName("::1"), port).close());
    assertEquals(200, get("/api/name/x", BEARER).status());
  }

  @Test
  void aTakenPortIsSaid() {
    PortException e =
        assertThrows(PortException.class, () -> WebServer.start(port, TOKEN, List.of()));
    assertTrue(e.getMessage().startsWith("port " + port + " is taken"), e.getMessage());
  }

  /** A name of somebody else's that resolves to 127.0.0.1 leads nowhere (DNS rebinding). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1.evil.example:PORT",
        "localhost:PORT@evil.example"
      })
  void anotherHostIsRefused(String host) throws IOException {
    Reply reply = get("/api/name/x", "Host: " + host.replace("PORT", "" + port), BEARER);
    assertTrue(reply.status() == 421 || reply.status() == 400, reply.head());
  }

  @Test
  void noHostOrTwoAreRefused() throws IOException {
    String lines = "GET /api/name/x HTTP/1.1\r\n" + BEARER + "\r\nConnection: close\r\n";
    String own = "Host: 127.0.0.1:" + port + "\r\n";
    assertTrue(RawHttp.exchange(port, lines + "\r\n").status() >= 400);
    assertTrue(RawHttp.exchange(port, lines + own + "Host: evil\r\n\r\n").status() >= 400);
    assertEquals(200, RawHttp.exchange(port, lines + own + "\r\n").status());
  }

  @Test
  void localhostIsAnotherNameOfIt() throws IOException {
    assertEquals(200, get("/api/name/x", "Host: localhost:" + port, BEARER).status());
  }

  /** Also another port of this machine is another site's page, and so is a sandbox: null. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "https://127.0.0.1:PORT",
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "http://127.0.0.1:PORT.evil.example"
      })
  void anotherOriginIsRefused(String origin) throws IOException {
    String header = "Origin: " + origin.replace("PORT", "" + port);
    assertEquals(403, post("{}", header, BEARER).status());
    assertEquals(403, get("/api/name/x", header, BEARER).status());
    assertEquals(403, get("/?token=" + TOKEN.text(), header).status());
  }

  @Test
  void theOwnOriginIsNot() throws IOException {
    assertEquals(200, post("{}", "Origin: http://127.0.0.1:" + port, BEARER).status());
  }

  @ParameterizedTest
  @CsvSource({
    "cross-site, no-cors, 403",
    "same-site, cors, 403",
    "cross-site, navigate, 401",
    "same-origin, cors, 401",
    "none, navigate, 401"
  })
  void whatBrowsersSayOfAForeignPageCounts(String site, String mode, int status)
      throws IOException {
    assertEquals(
        status, get("/api/name/x", "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: " + mode).status());
  }

  @Test
  void withoutTheTokenNothingIsAnswered() throws IOException {
    String almost = TOKEN.text().substring(1) + (TOKEN.text().endsWith("A") ? "B" : "A");
    for (String path : List.of("/", "/api/name/x", "/main.js", "/nothing")) {
      assertEquals(401, get(path).status(), path);
      assertEquals(401, get(path, "Authorization: Bearer " + almost).status(), path);
      assertEquals(401, get(path, "Cookie: shinso-" + port + "=" + almost).status(), path);
    }
    assertEquals(401, post("{}").status());
    assertEquals(401, get("/?token=" + almost).status());
    assertEquals(401, get("/?token=").status());
  }

  @Test
  void thePageTurnsTheTokenIntoACookie() throws IOException {
    Reply page = get("/?token=" + TOKEN.text());
    assertEquals(200, page.status());
    String cookie = page.header("Set-Cookie");
    assertTrue(cookie.startsWith("shinso-" + port + "=" + TOKEN.text() + ";"), cookie);
    assertTrue(cookie.contains("HttpOnly"), cookie);
    assertTrue(cookie.contains("SameSite=Strict"), cookie);
    String sent = "Cookie: other=1; " + cookie.substring(0, cookie.indexOf(';'));
    assertEquals(200, get("/api/name/x", sent).status());
    assertEquals("", get("/", sent).header("Set-Cookie"));
    // Elsewhere a token in an address, which may be passed on, opens nothing.
    assertEquals(401, get("/api/name/x?token=" + TOKEN.text()).status());
  }

  @Test
  void tokensAreLongAndDiffer() {
    assertEquals(43, TOKEN.text().length());
    assertNotEquals(TOKEN.text(), Token.random().text());
    assertFalse(TOKEN.toString().contains(TOKEN.text()));
  }

  @Test
  void everyAnswerHasThePolicies() throws IOException {
    for (Reply reply :
        List.of(
            get("/?token=" + TOKEN.text()),
            get("/api/name/x", BEARER),
            get("/api/nothing", BEARER),
            get("/api/fault", BEARER),
            get("/api/name/x"),
            get("/api/name/x", "Host: evil"))) {
      String policy = reply.header("Content-Security-Policy");
      assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), reply.head());
      assertTrue(policy.contains("frame-ancestors 'none'"), policy);
      assertTrue(policy.contains("base-uri 'none'"), policy);
      assertFalse(policy.contains("unsafe"), policy);
      assertEquals("nosniff", reply.header("X-Content-Type-Options"));
      assertEquals("DENY", reply.header("X-Frame-Options"));
      assertEquals("no-referrer", reply.header("Referrer-Policy"));
      assertEquals("no-store", reply.header("Cache-Control"));
      assertEquals("same-origin", reply.header("Cross-Origin-Resource-Policy"));
    }
  }

  /** A report has scripts of its own: it is shown as a page of no site. */
  @Test
  void aReportIsInASandbox() throws IOException {
    String policy = get("/api/report", BEARER).header("Content-Security-Policy");
    assertTrue(policy.startsWith("sandbox allow-scripts; default-src 'none';"), policy);
    assertFalse(policy.contains("allow-same-origin"), policy);
    assertFalse(policy.contains("connect-src"), policy);
  }

  @Test
  void errorsAreJson() throws IOException {
    Reply missing = get("/api/nothing", BEARER);
    assertEquals(404, missing.status());
    assertEquals("application/json", missing.header("Content-Type"));
    assertEquals("{\"error\":\"there is nothing at this address\"}", missing.body());
    Reply usage = get("/api/usage", BEARER);
    assertEquals(422, usage.status());
    assertEquals("{\"error\":\"there is no recipe <b>x</b>\"}", usage.body());
    Reply fault = get("/api/fault", BEARER);
    assertEquals(500, fault.status());
    assertFalse(fault.body().contains("secret"), fault.body());
    Reply page = get("/");
    assertEquals("text/plain; charset=utf-8", page.header("Content-Type"));
  }

  @Test
  void bodiesAreBounded() throws IOException {
    String fits = "{\"a\":\"" + "x".repeat(900) + "\"}";
    String large = "{\"a\":\"" + "x".repeat(1000) + "\"}";
    assertEquals(fits, post(fits, BEARER).body());
    assertEquals(413, post(large, BEARER).status());
    // Without a length, and with one that is a lie about gigabytes.
    String chunked = Integer.toHexString(large.length()) + "\r\n" + large + "\r\n0\r\n\r\n";
    List<String> headers =
        List.of(BEARER, "Content-Type: application/json", "Transfer-Encoding: chunked");
    assertEquals(413, RawHttp.send(port, "POST /api/echo", headers, chunked).status());
    List<String> lie =
        List.of(BEARER, "Content-Type: application/json", "Content-Length: 99999999999");
    assertEquals(413, RawHttp.send(port, "POST /api/echo", lie, "{").status());
  }

  @Test
  void bodiesAreJsonObjects() throws IOException {
    for (String body :
        List.of("", "[]", "1", "null", "{\"a\":1,\"a\":2}", "{} {}", "{\"a\":" + "[".repeat(400))) {
      assertEquals(400, post(body, BEARER).status(), body);
    }
    // What a form of another site can send without asking first isn't JSON.
    List<String> form = List.of(BEARER, "Content-Type: text/plain", "Content-Length: 2");
    assertEquals(415, RawHttp.send(port, "POST /api/echo", form, "{}").status());
    assertEquals(404, RawHttp.send(port, "PUT /api/echo", List.of(BEARER), "").status());
  }

  @Test
  void linesAndHeadersAreBounded() throws IOException {
    assertTrue(get("/api/name/" + "x".repeat(20_000), BEARER).status() >= 400);
    assertTrue(get("/api/name/x", BEARER, "X-Long: " + "x".repeat(40_000)).status() >= 400);
    assertTrue(RawHttp.exchange(port, "nonsense\r\n\r\n").status() >= 400);
    assertEquals(200, get("/api/name/x", BEARER).status());
  }

  @Test
  void numbersAreChecked() throws IOException {
    assertEquals("{\"n\":1}", get("/api/number", BEARER).body());
    assertEquals("{\"n\":9}", get("/api/number?n=9", BEARER).body());
    for (String wrong : List.of("10", "0", "x", "", "99999999999999999999")) {
      Reply reply = get("/api/number?n=" + wrong, BEARER);
      assertEquals(400, reply.status());
      assertTrue(reply.body().contains("whole number from 1 to 9"), reply.body());
    }
  }
}
