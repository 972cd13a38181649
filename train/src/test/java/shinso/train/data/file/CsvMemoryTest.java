package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import de.siegmar.fastcsv.reader.CsvReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;

/** A table is read and encoded with a heap of three times its size. */
final class CsvMemoryTest {
  /** The size of the file; {@code -DtableMegabytes=200} tries a large one. */
  private static final int MEGABYTES = Integer.getInteger("tableMegabytes", 16);

  @TempDir Path folder;

  @Test
  void aTableTakesThreeTimesItsSizeAtMost() throws IOException, InterruptedException {
    Path file = folder.resolve("t.csv");
    int rows = write(file, MEGABYTES << 20);
    String classPath =
        Stream.of(TableReading.class, CsvFile.class, CsvReader.class, Tensor.class)
            .map(CsvMemoryTest::place)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + 3 * MEGABYTES + "m",
                "-cp",
                classPath,
                TableReading.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertEquals(rows + " rows, 9 features", output.strip());
  }

  /** Writes a table of numbers of several lengths and a few categories; returns its rows. */
  private static int write(Path file, long bytes) throws IOException {
    Random random = new Random(1);
    List<String> cities = List.of("Oslo", "Rome", "Köln", "Saint Petersburg");
    int rows = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      String header = "id,flag,age,city,price,score\n";
      out.write(header);
      for (long written = header.length(); written < bytes; rows++) {
        String row =
            rows
                + (random.nextBoolean() ? ",0," : ",1,")
                + random.nextInt(100)
                + ","
                + cities.get(random.nextInt(4))
                + ","
                + random.nextInt(1_000_000) / 100.0
                + ","
                + random.nextFloat()
                + "\n";
        out.write(row);
        written += row.length();
      }
    }
    return rows;
  }

  /** Where a class was loaded from, whatever started the tests. */
  private static String place(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  /** Reads a table in a process of its own. */
  static final class TableReading {
    private TableReading() {}

    public static void main(String[] args) {
      CsvFile table = CsvFile.read(Path.of(args[0]), CsvFile.Format.COMMA);
      CsvEncoder encoder = CsvSchema.unsupervised().oneHot("city").fit(CsvSplit.whole(table));
      Dataset data = encoder.encode(table);
      System.out.printf(
          "%d rows, %d features%n", data.size(), data.fields().getFirst().shape().size());
    }
  }
}
