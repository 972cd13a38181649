package shinso.spark.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import shinso.spark.distributed.DistributionException;
import shinso.train.file.FileException;

/**
 * A model as it is sent and saved: the files of a run that predictions need, those of several runs,
 * an ONNX file, or the name of an architecture and the values of its parameters.
 *
 * @param zip the files, in a zip
 * @param sha256 by which an executor knows that it has the model already
 */
public record ModelPackage(byte[] zip, String sha256) implements Serializable {
  static final String RUN = "run.json";
  static final String ARCHITECTURE = "architecture";
  static final String MODEL = "model.safetensors";
  static final String ONNX = "model.onnx";
  private static final String MEMBER = "member-%03d/";
  private static final List<String> PARTS = List.of(RUN, MODEL, "data", "kept");

  /**
   * Packs a run: its folder, or its model's file.
   *
   * @throws FileException if there is no run, or it has no model yet
   */
  public static ModelPackage ofRun(Path place) {
    return of(filesOf(place));
  }

  /**
   * Packs runs that answer together.
   *
   * @throws DistributionException if there are none
   * @throws FileException if one is no run, or has no model yet
   */
  public static ModelPackage ofRuns(List<Path> places) {
    if (places.isEmpty()) {
      throw new DistributionException("an ensemble has at least one run");
    }
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < places.size(); i++) {
      String member = MEMBER.formatted(i);
      filesOf(places.get(i)).forEach((name, bytes) -> files.put(member + name, bytes));
    }
    return of(files);
  }

  /**
   * Packs an ONNX file.
   *
   * @throws FileException if it can't be read
   */
  public static ModelPackage ofOnnx(Path file) {
    try {
      return of(Map.of(ONNX, Files.readAllBytes(file)));
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }

  private static Map<String, byte[]> filesOf(Path place) {
    Path folder = Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
    if (folder == null || !Files.exists(folder.resolve(RUN))) {
      throw new FileException(
          "%s: is no run of Shinso, and beside it there is no %s that says what kind of model it is; name the run's folder, or give the architecture too"
              .formatted(place, RUN));
    }
    if (!Files.exists(folder.resolve(MODEL))) {
      throw new FileException(
          "the run %s has no model yet; go on with shinso run --resume %s"
              .formatted(folder, folder));
    }
    Map<String, byte[]> files = new TreeMap<>();
    for (String part : PARTS) {
      try (Stream<Path> found = Files.walk(folder.resolve(part))) {
        for (Path file : found.filter(Files::isRegularFile).toList()) {
          String name = folder.relativize(file).toString().replace('\\', '/');
          files.put(name, Files.readAllBytes(file));
        }
      } catch (java.nio.file.NoSuchFileException e) {
        // Not all runs have all parts.
      } catch (IOException e) {
        throw FileException.reading(folder.resolve(part), e);
      }
    }
    return files;
  }

  /**
   * Packs a network.
   *
   * @param architecture the name of its class
   * @param sizes what its constructor takes
   * @param classes how many classes its outputs stand for, 0 if they are numbers
   * @param shape of one input
   * @param model the values of its parameters, in the safetensors format
   */
  public static ModelPackage ofNetwork(
      String architecture, int[] sizes, int classes, int[] shape, byte[] model) {
    String text =
        String.join(
            "\n", architecture, numbers(sizes), Integer.toString(classes), numbers(shape), "");
    Map<String, byte[]> files = new TreeMap<>();
    files.put(ARCHITECTURE, text.getBytes(StandardCharsets.UTF_8));
    files.put(MODEL, model);
    return of(files);
  }

  private static String numbers(int[] values) {
    return Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  /** Returns the package that a zip holds. */
  public static ModelPackage ofZip(byte[] zip) {
    return new ModelPackage(zip, sha256(zip));
  }

  private static ModelPackage of(Map<String, byte[]> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        // The same files give the same bytes, whenever they are packed.
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException("an array can always be written to", e);
    }
    return ofZip(bytes.toByteArray());
  }

  /**
   * Returns the files by name.
   *
   * @throws DistributionException if the package is damaged
   */
  Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.put(entry.getName(), in.readAllBytes());
      }
    } catch (IOException e) {
      throw damaged(e);
    }
    if (files.keySet().stream().noneMatch(n -> n.equals(ONNX) || n.endsWith(MODEL))) {
      throw damaged(null);
    }
    return files;
  }

  private static DistributionException damaged(@org.jspecify.annotations.Nullable Exception cause) {
    return new DistributionException(
        "the saved model is damaged: it is no package of a model; save it again", cause);
  }

  /** Returns the lines that describe an architecture. */
  static List<int[]> numbers(String text) {
    List<int[]> all = new ArrayList<>();
    try {
      for (String line : text.split("\n", -1)) {
        all.add(
            line.isBlank()
                ? new int[0]
                : Arrays.stream(line.trim().split(" ")).mapToInt(Integer::parseInt).toArray());
      }
    } catch (NumberFormatException e) {
      throw damaged(e);
    }
    return all;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Compares by content. */
  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof ModelPackage p && p.sha256.equals(sha256);
  }

  @Override
  public int hashCode() {
    return sha256.hashCode();
  }

  @Override
  public String toString() {
    return "model " + sha256.substring(0, 12);
  }
}
