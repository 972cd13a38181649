package shinso.interchange.onnx.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A whole file: {@code ModelProto}.
 *
 * @param irVersion the version of the format
 * @param opsets the versions of the operators by domain, ONNX's own being the empty one
 * @param producer what wrote the file
 * @param metadata texts by name
 */
public record ModelData(
    long irVersion,
    SequencedMap<String, Long> opsets,
    String producer,
    String producerVersion,
    Graph graph,
    SequencedMap<String, String> metadata) {
  /** Keeps copies. */
  public ModelData {
    opsets = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(opsets));
    metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
  }
}
