package shinso.dashboard.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Sends bytes that no client library would send. */
public final class RawHttp {
  private static final int PATIENCE_MILLIS = 20_000;

  private RawHttp() {}

  /**
   * An answer.
   *
   * @param status 0 if the connection was closed without one
   * @param head the status line and the headers
   */
  public record Reply(int status, String head, String body) {
    /** Returns the value of a header, empty if there is none. */
    public String header(String name) {
      return head.lines()
          .filter(l -> l.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(l -> l.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }
  }

  /** Sends a request of a line, headers and a body; the host is the server unless one is given. */
  public static Reply send(int port, String line, List<String> headers, String body)
      throws IOException {
    StringBuilder text = new StringBuilder(line).append(" HTTP/1.1\r\n");
    if (headers.stream().noneMatch(h -> h.toLowerCase(Locale.ROOT).startsWith("host:"))) {
      text.append("Host: 127.0.0.1:").append(port).append("\r\n");
    }
    headers.forEach(h -> text.append(h).append("\r\n"));
    text.append("Connection: close\r\n\r\n").append(body);
    return exchange(port, text.toString());
  }

  /** Sends a text as it is. */
  public static Reply exchange(int port, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      return reply(socket.getInputStream());
    }
  }

  /** Reads one answer; the server may leave the connection open for another request. */
  private static Reply reply(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int last = 0;
    while (last != 0x0D0A0D0A) {
      int next = in.read();
      if (next < 0) {
        return new Reply(0, head.toString(StandardCharsets.UTF_8), "");
      }
      head.write(next);
      last = last << 8 | next;
    }
    Reply reply = new Reply(0, head.toString(StandardCharsets.UTF_8).strip(), "");
    String length = reply.header("Content-Length");
    byte[] body = length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    return new Reply(
        Integer.parseInt(reply.head.split(" ", 3)[1]),
        reply.head,
        new String(body, StandardCharsets.UTF_8));
  }
}
