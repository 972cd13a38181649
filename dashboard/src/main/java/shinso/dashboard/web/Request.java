package shinso.dashboard.web;

import io.helidon.http.HttpMediaType;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What was asked for. Nothing of it is longer than the server's limits. */
public final class Request {
  /** Bytes that a body may have unless its route says otherwise. */
  public static final int BODY = 64 * 1024;

  private static final int DEPTH = 16;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ServerRequest request;

  Request(ServerRequest request) {
    this.request = request;
  }

  /** Returns what stands in the path in the place of {@code {name}}, decoded. */
  public String path(String name) {
    return request.path().pathParameters().get(name);
  }

  /** Returns the first value of a parameter behind the question mark, null if there is none. */
  public @Nullable String query(String name) {
    return request.query().contains(name) ? request.query().all(name).getFirst() : null;
  }

  /** Returns all values of a parameter behind the question mark. */
  public List<String> queries(String name) {
    return request.query().all(name, List::of);
  }

  /**
   * Returns a whole number from behind the question mark.
   *
   * @param otherwise the value if there is none of this name
   * @throws RefusedException 400, if it is none or not between the bounds
   */
  public long query(String name, long otherwise, long least, long most) {
    String text = query(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The same message.
    }
    throw RefusedException.bad(
        "%s has to be a whole number from %d to %d, not '%s'".formatted(name, least, most, text));
  }

  /**
   * Returns the body.
   *
   * @throws RefusedException 413, if it has more bytes than {@code most}
   */
  public byte[] body(int most) throws IOException {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    if (request.headers().contentLength().orElse(0) > most) {
      throw tooLarge(most);
    }
    try (InputStream in = request.content().inputStream()) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw tooLarge(most);
      }
      return bytes;
    }
  }

  private static RefusedException tooLarge(int most) {
    return new RefusedException(413, "the body has more than " + most + " bytes");
  }

  /**
   * Returns the body, a JSON object, as texts, numbers, booleans, nulls, lists and maps of these.
   *
   * @throws RefusedException 415 if it isn't {@code application/json}, 413 if it is larger than
   *     {@code most}, 400 if it isn't one JSON object
   */
  public Map<String, Object> json(int most) throws IOException {
    String type = request.headers().contentType().map(HttpMediaType::text).orElse("");
    if (!type.split(";", 2)[0].strip().equals("application/json")) {
      throw new RefusedException(415, "the body has to be application/json, not '" + type + "'");
    }
    try {
      Map<String, Object> fields = JSON.readValue(body(most), new TypeReference<>() {});
      if (fields != null) {
        return fields;
      }
    } catch (JacksonException e) {
      // The same message: where the JSON is wrong is no help to a person at the page.
    }
    throw RefusedException.bad("the body is not a JSON object");
  }

  /** The same of at most {@link #BODY} bytes. */
  public Map<String, Object> json() throws IOException {
    return json(BODY);
  }
}
