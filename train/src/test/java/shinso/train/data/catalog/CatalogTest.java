package shinso.train.data.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.data.DataException;
import shinso.train.data.Split;
import shinso.train.data.file.CsvFile;
import shinso.train.data.file.CsvSchema;
import shinso.train.data.file.CsvSplit;

@Timeout(120)
final class CatalogTest {
  private static final Download EAGER =
      new Download(Duration.ofSeconds(20), Duration.ofSeconds(20), 2, Duration.ofMillis(1));

  private static final List<String> NAMES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "test-images-idx3-ubyte",
          "test-labels-idx1-ubyte");

  @TempDir Path temporary;
  private DataFolder folder;
  private FlakyServer server;

  CatalogTest() {
    folder = DataFolder.at(Path.of("unset"));
  }

  @BeforeEach
  void start() throws IOException {
    folder = DataFolder.at(temporary.resolve("data"));
    server = new FlakyServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    }
    return out.toByteArray();
  }

  /** Images of 1 x 1, or their labels, 0 and 1 by turns. */
  private static byte[] idx(boolean images, int count) {
    ByteBuffer b = ByteBuffer.allocate((images ? 16 : 8) + count);
    b.putInt(images ? 2051 : 2049).putInt(count);
    if (images) {
      b.putInt(1).putInt(1);
    }
    for (int i = 0; i < count; i++) {
      b.put((byte) (i % 2));
    }
    return b.array();
  }

  private static byte[] content(int file) {
    return idx(file % 2 == 0, file < 2 ? 6 : 4);
  }

  private Checksum sha256(byte[] content) throws IOException {
    Path file = Files.write(temporary.resolve("sum"), content);
    Checksum sum = Checksum.sha256Of(file);
    Files.delete(file);
    return sum;
  }

  /** A set on the server, each of whose files is answered in this way. */
  private IdxSet set(FlakyServer.Answer answer) throws IOException {
    List<RemoteFile> files = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] bytes = gzip(content(i));
      String name = NAMES.get(i) + ".gz";
      URI uri = server.serve("/set/" + name, bytes, answer);
      files.add(new RemoteFile(name, bytes.length, sha256(bytes), List.of(uri)));
    }
    return new IdxSet("tiny", "ones and zeros", "here", List.of("zero", "one"), files);
  }

  private void put(String name, byte[] content) throws IOException {
    Files.createDirectories(folder.of("tiny"));
    Files.write(folder.of("tiny").resolve(name), content);
  }

  private static List<FileCheck.State> states(List<FileCheck> checks) {
    return checks.stream().map(FileCheck::state).toList();
  }

  @Test
  void theKnownSetsAreThere() {
    assertEquals(
        List.of(
            "glyphs",
            "mnist",
            "fashion-mnist",
            "cifar10",
            "iris",
            "wine",
            "breast-cancer",
            "diabetes",
            "california-housing",
            "adult",
            "sunspots",
            "newsgroups-w100",
            "tinyshakespeare",
            "jsb-chorales",
            "nottingham",
            "eng-jpn"),
        Catalog.sets().stream().map(KnownSet::name).toList());
    for (KnownSet set : Catalog.sets()) {
      assertEquals(set, Catalog.find(set.name()));
      if (set instanceof TableSet table) {
        assertTrue(!table.featureNames().isEmpty());
        for (RemoteFile file : table.files()) {
          assertEquals(file.mirrors().isEmpty(), !table.byHand().isEmpty());
          assertTrue(file.checksum().hex().matches("[0-9a-f]{64}|[0-9a-f]{32}"));
        }
        continue;
      }
      if (set instanceof SequenceSet sequences) {
        for (RemoteFile file : sequences.files()) {
          assertEquals(file.mirrors().isEmpty(), !sequences.byHand().isEmpty());
          assertTrue(file.checksum().hex().matches("[0-9a-f]{64}"));
        }
        continue;
      }
      assertEquals(10, set.classNames().size());
      if (set instanceof IdxSet idx) {
        for (RemoteFile file : idx.files()) {
          assertTrue(file.mirrors().size() >= 2);
          assertTrue(file.checksum().hex().matches("[0-9a-f]{64}"));
          file.mirrors().forEach(m -> assertTrue(m.toString().endsWith("/" + file.name())));
        }
      }
    }
    String message = assertThrows(DataException.class, () -> Catalog.find("minst")).getMessage();
    assertEquals(
        "there is no data set 'minst'; there are "
            + Catalog.sets().stream().map(KnownSet::name).collect(Collectors.joining(", ")),
        message);
    assertThrows(DataException.class, () -> Catalog.load("minst"));
  }

  @Test
  void glyphsNeedNoFiles() {
    KnownSet glyphs = Catalog.find("glyphs");
    assertEquals(KnownSet.Presence.BUILT_IN, glyphs.presence(folder));
    assertEquals(0, glyphs.downloadSize());
    assertEquals(List.of(), glyphs.get(folder, EAGER, DownloadProgress.SILENT));
    assertEquals(List.of(), glyphs.verify(folder));
    assertEquals(60_000, Catalog.load("glyphs").train().size());
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void aSetIsDownloadedVerifiedAndLoaded() throws IOException {
    IdxSet set = set(FlakyServer::well);
    assertEquals(KnownSet.Presence.ABSENT, set.presence(folder));
    assertEquals(4, set.get(folder, EAGER, DownloadProgress.SILENT).size());
    assertEquals(KnownSet.Presence.COMPLETE, set.presence(folder));
    assertTrue(set.verify(folder).stream().allMatch(c -> c.state() == FileCheck.State.GOOD));
    Split split = set.load(folder);
    assertArrayEquals(new int[] {0, 1, 0, 1, 0, 1}, split.train().labels());
    assertArrayEquals(new int[] {0, 1, 0, 1}, split.test().labels());
    assertEquals(0, split.validation().size());
    assertEquals(List.of("zero", "one"), split.train().classNames());
    // Nothing is fetched twice.
    assertEquals(List.of(), set.get(folder, EAGER, DownloadProgress.SILENT));
    assertEquals(4, server.requests.size());
  }

  @Test
  void onlyWhatIsMissingOrWrongIsFetched() throws IOException {
    IdxSet set = set(FlakyServer::well);
    put(NAMES.get(0) + ".gz", gzip(content(0)));
    put(NAMES.get(1) + ".gz", new byte[] {1, 2, 3});
    put(NAMES.get(2) + ".gz", gzip(content(2)));
    assertEquals(
        List.of(
            FileCheck.State.GOOD,
            FileCheck.State.WRONG,
            FileCheck.State.GOOD,
            FileCheck.State.MISSING),
        states(set.verify(folder)));
    assertEquals(
        List.of(NAMES.get(1) + ".gz", NAMES.get(3) + ".gz"),
        set.get(folder, EAGER, DownloadProgress.SILENT));
    assertEquals(6, set.load(folder).train().size());
  }

  @Test
  void unpackedFilesAreFoundToo() throws IOException {
    IdxSet set = set(FlakyServer::well);
    put(NAMES.get(0), content(0));
    put("train-labels.idx1-ubyte", content(1));
    put(NAMES.get(2), content(2));
    put(NAMES.get(3) + ".gz", gzip(content(3)));
    assertEquals(KnownSet.Presence.COMPLETE, set.presence(folder));
    assertEquals(6, set.load(folder).train().size());
    assertEquals(
        List.of(
            FileCheck.State.UNKNOWN,
            FileCheck.State.UNKNOWN,
            FileCheck.State.UNKNOWN,
            FileCheck.State.GOOD),
        states(set.verify(folder)));
  }

  @Test
  void aSetThatIsNotThereSaysWhatToDo() throws IOException {
    IdxSet set = set(FlakyServer::well);
    put(NAMES.get(0) + ".gz", gzip(content(0)));
    put(NAMES.get(2) + ".gz", gzip(content(2)));
    String missing = NAMES.get(1) + ".gz, " + NAMES.get(3) + ".gz";
    assertEquals(
        "tiny: %s: there is no %s; run 'shinso data get tiny', or put them there by hand from %s"
            .formatted(folder.of("tiny"), missing, server.uri("/set/")),
        assertThrows(DataException.class, () -> set.load(folder)).getMessage());
  }

  @Test
  void withoutANetworkTheErrorSaysWhatToPutWhere() throws IOException {
    IdxSet set = set(FlakyServer.status(404));
    put(NAMES.get(0) + ".gz", gzip(content(0)));
    String rest = NAMES.get(1) + ".gz, " + NAMES.get(2) + ".gz, " + NAMES.get(3) + ".gz";
    assertEquals(
        "tiny: %s.gz can't be downloaded: localhost answers 404; try again; or put %s from %s into %s by hand"
            .formatted(NAMES.get(1), rest, server.uri("/set/"), folder.of("tiny")),
        assertThrows(DataException.class, () -> set.get(folder, EAGER, DownloadProgress.SILENT))
            .getMessage());
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    IdxSet set = set(FlakyServer::well);
    Files.write(folder.path(), new byte[1]);
    String message =
        assertThrows(DataException.class, () -> set.get(folder, EAGER, DownloadProgress.SILENT))
            .getMessage();
    assertTrue(message.startsWith(folder.of("tiny") + ": can't be written to ("), message);
    assertEquals(List.of(), server.requests);
  }

  // ---- tables

  private TableSet table(FlakyServer.Answer answer, byte[] content) throws IOException {
    URI uri = server.serve("/set/t.csv", content, answer);
    RemoteFile file = new RemoteFile("t.csv", content.length, sha256(content), List.of(uri));
    return table(file);
  }

  private static TableSet table(RemoteFile file) {
    List<String> classes = List.of("a", "b");
    return new TableSet(
        "tiny",
        "a table",
        "here",
        "a friend",
        List.of("x"),
        classes,
        "all",
        List.of(file),
        List.of(),
        paths -> {
          CsvFile rows = CsvFile.read(paths.getFirst(), CsvFile.Format.COMMA);
          CsvSplit all = CsvSplit.whole(rows);
          return CsvSchema.classification("t").fit(all).encode(all);
        });
  }

  @Test
  void aTableIsFoundInEitherFolderPackedOrNot() throws IOException {
    byte[] content = "x,t\n0.5,a\n1.5,b\n".getBytes(UTF_8);
    TableSet set = table(FlakyServer::well, content);
    assertEquals(KnownSet.Presence.ABSENT, set.presence(folder));
    Files.createDirectories(folder.of("all"));
    Path packed = folder.of("all").resolve("t.csv.gz");
    Files.write(packed, gzip(content));
    assertEquals(List.of(FileCheck.State.GOOD), states(set.verify(folder)));
    Split split = set.load(folder);
    assertArrayEquals(new int[] {0, 1}, split.train().labels());
    assertEquals(0, split.test().size());
    // A damaged copy is fetched anew, into the set's own folder, which is looked at first.
    Files.write(packed, gzip("x,t\n0.5\n".getBytes(UTF_8)));
    assertEquals(List.of(FileCheck.State.WRONG), states(set.verify(folder)));
    assertThrows(DataException.class, () -> set.load(folder));
    assertEquals(List.of("t.csv"), set.get(folder, EAGER, DownloadProgress.SILENT));
    assertEquals(List.of(), set.get(folder, EAGER, DownloadProgress.SILENT));
    assertEquals(2, set.load(folder).train().size());
  }

  /** The form that was published, and the same rows with a header. */
  @Test
  void adultIsReadInBothForms() throws IOException {
    KnownSet set = Catalog.find("adult");
    String a =
        "39,State-gov,77516,Bachelors,13,Never-married,Sales,Husband,White,Male,2174,0,40,?,";
    String b = "50,?,83311,HS-grad,13,Divorced,Sales,Wife,Black,Female,0,0,13,Cuba,";
    String train = a + "<=50K\n" + b + ">50K\n";
    String test = b + ">50K\n" + a + "<=50K\n";
    Files.createDirectories(folder.of("adult"));
    Path published = folder.of("adult").resolve("adult.data");
    Files.writeString(published, train.replace(",", ", ") + "\n");
    assertEquals(KnownSet.Presence.ABSENT, set.presence(folder));
    Files.writeString(
        folder.of("adult").resolve("adult.test"),
        "|1x3 Cross validator\n" + test.replace(",", ", ").replace("\n", ".\n") + "\n");
    assertEquals(KnownSet.Presence.COMPLETE, set.presence(folder));
    Split split = set.load(folder);
    assertEquals(List.of("<=50K", ">50K"), split.train().classNames());
    assertArrayEquals(new int[] {1, 0}, split.test().labels());
    assertEquals(List.of(FileCheck.State.WRONG, FileCheck.State.WRONG), states(set.verify(folder)));

    String header =
        "age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,"
            + "sex,capital-gain,capital-loss,hours-per-week,native-country,income\n";
    Files.write(
        folder.of("adult").resolve("adult-train.csv.gz"), gzip((header + train).getBytes(UTF_8)));
    Files.writeString(folder.of("adult").resolve("adult-test.csv"), header + test);
    Files.delete(published);
    Split other = set.load(folder);
    assertArrayEquals(
        split.train().whole().getFirst().toFloatArray(),
        other.train().whole().getFirst().toFloatArray());
    assertArrayEquals(
        split.test().whole().getFirst().toFloatArray(),
        other.test().whole().getFirst().toFloatArray());
  }

  @Test
  void aTableWithoutAnAddressSaysWhereToGetIt() throws IOException {
    TableSet set = table(new RemoteFile("t.csv", 3, sha256(new byte[3]), List.of()));
    assertEquals(0, set.downloadSize());
    assertEquals(
        "tiny: %s: there is no t.csv; put it there by hand from a friend"
            .formatted(folder.of("tiny")),
        assertThrows(DataException.class, () -> set.load(folder)).getMessage());
    assertEquals(
        "tiny: no address is known from which it could be fetched as it is needed; put t.csv from a"
            + " friend into %s by hand".formatted(folder.of("tiny")),
        assertThrows(DataException.class, () -> set.get(folder, EAGER, DownloadProgress.SILENT))
            .getMessage());
  }

  // ---- CIFAR-10

  private static byte[] records(int... labels) {
    byte[] bytes = new byte[labels.length * 3073];
    for (int i = 0; i < labels.length; i++) {
      bytes[i * 3073] = (byte) labels[i];
    }
    return bytes;
  }

  private static List<byte[]> batchContents() {
    return IntStream.range(0, 6).mapToObj(i -> records(i, i + 1)).toList();
  }

  private CifarSet cifar(byte[] archive) throws IOException {
    List<CifarSet.Batch> batches = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      batches.add(
          new CifarSet.Batch(
              i < 5 ? "data_batch_" + (i + 1) + ".bin" : "test_batch.bin",
              sha256(batchContents().get(i))));
    }
    RemoteFile file =
        new RemoteFile(
            "cifar.tar.gz",
            archive.length,
            sha256(archive),
            List.of(server.serve("/cifar.tar.gz", archive, FlakyServer::well)));
    return new CifarSet("tiny", "small", "here", file, batches);
  }

  private static byte[] archive(List<byte[]> contents) throws IOException {
    TarArchiveTest.Writer tar = new TarArchiveTest.Writer();
    tar.entry('5', "cifar/", new byte[0]).file("cifar/readme.html", new byte[] {'h', 'i'});
    for (int i = 0; i < 6; i++) {
      tar.file(
          i < 5 ? "cifar/data_batch_" + (i + 1) + ".bin" : "cifar/test_batch.bin", contents.get(i));
    }
    return gzip(tar.end());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> list = Files.list(folder.of("tiny"))) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anArchiveIsDownloadedUnpackedVerifiedAndDeleted() throws IOException {
    CifarSet set = cifar(archive(batchContents()));
    assertEquals(KnownSet.Presence.ABSENT, set.presence(folder));
    assertEquals(7, set.get(folder, EAGER, DownloadProgress.SILENT).size());
    assertEquals(
        List.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "readme.html",
            "test_batch.bin"),
        names());
    assertEquals(KnownSet.Presence.COMPLETE, set.presence(folder));
    assertTrue(set.verify(folder).stream().allMatch(c -> c.state() == FileCheck.State.GOOD));
    assertEquals(10, set.load(folder).train().size());
    assertEquals(List.of(), set.get(folder, EAGER, DownloadProgress.SILENT));
    assertEquals(1, server.requests.size());
  }

  @Test
  void aBatchThatIsDamagedIsFetchedAgain() throws IOException {
    CifarSet set = cifar(archive(batchContents()));
    set.get(folder, EAGER, DownloadProgress.SILENT);
    put("data_batch_3.bin", records(9, 9));
    assertEquals(FileCheck.State.WRONG, set.verify(folder).get(2).state());
    set.get(folder, EAGER, DownloadProgress.SILENT);
    assertEquals(FileCheck.State.GOOD, set.verify(folder).get(2).state());
  }

  @Test
  void whatIsInTheArchiveIsCheckedToo() throws IOException {
    List<byte[]> contents = new ArrayList<>(batchContents());
    contents.set(3, records(0, 0));
    CifarSet set = cifar(archive(contents));
    String message =
        assertThrows(DataException.class, () -> set.get(folder, EAGER, DownloadProgress.SILENT))
            .getMessage();
    assertEquals(
        "tiny: what was in %s is not what it should be: data_batch_4.bin"
            .formatted(folder.of("tiny").resolve("cifar.tar.gz")),
        message);
  }

  @Test
  void aPartOfTheBatchesIsEnoughToLoad() throws IOException {
    CifarSet set = cifar(archive(batchContents()));
    put("data_batch_2.bin.gz", gzip(batchContents().get(1)));
    assertEquals(KnownSet.Presence.ABSENT, set.presence(folder));
    String message = assertThrows(DataException.class, () -> set.load(folder)).getMessage();
    assertTrue(message.contains("run 'shinso data get tiny', or unpack "), message);
    put("test_batch_first1.bin", records(7));
    assertEquals(KnownSet.Presence.PARTIAL, set.presence(folder));
    assertEquals(2, set.load(folder).train().size());
    List<FileCheck> checks = set.verify(folder);
    assertEquals(
        List.of(
            FileCheck.State.MISSING,
            FileCheck.State.GOOD,
            FileCheck.State.MISSING,
            FileCheck.State.MISSING,
            FileCheck.State.MISSING,
            FileCheck.State.MISSING,
            FileCheck.State.UNKNOWN),
        states(checks));
    assertEquals("test_batch_first1.bin", checks.getLast().file());
    assertEquals("1 records with labels in 0 to 9", checks.getLast().detail());
  }
}
