package shinso.spark.distributed;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a worker brings back; all but the first bring little.
 *
 * @param worker which one
 * @param error why training failed, empty if it didn't
 * @param steps how many steps were made
 * @param seconds the time that the steps of this attempt took
 * @param model the model in the safetensors format
 * @param metrics by step
 * @param warnings what the user should know
 */
record Outcome(
    int worker,
    String error,
    long steps,
    double seconds,
    byte[] model,
    SortedMap<Long, Map<String, Double>> metrics,
    List<String> warnings)
    implements Serializable {}
