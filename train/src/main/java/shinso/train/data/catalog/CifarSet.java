package shinso.train.data.catalog;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import shinso.train.data.DataException;
import shinso.train.data.Split;
import shinso.train.data.file.CifarBinary;
import shinso.train.file.AtomicFile;

/**
 * CIFAR-10 as its binary batches. A checksum is published for the archive only, so those of the
 * unpacked files are written down when an archive that is right is unpacked.
 */
record CifarSet(String name, String about, String source, RemoteFile archive) implements KnownSet {
  private static final List<String> BATCHES =
      Stream.concat(
              IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin"),
              Stream.of("test_batch.bin"))
          .toList();

  /** In the format of the command sha256sum. */
  private static final String SUMS = "SHA256SUMS";

  @Override
  public List<String> classNames() {
    return CifarBinary.CLASSES;
  }

  @Override
  public long downloadSize() {
    return archive.size();
  }

  @Override
  public Presence presence(DataFolder folder) {
    long found = BATCHES.stream().filter(batch -> isPresent(folder, batch)).count();
    if (found == BATCHES.size()) {
      return Presence.COMPLETE;
    }
    return CifarBinary.isLoadable(folder.of(name)) ? Presence.PARTIAL : Presence.ABSENT;
  }

  private boolean isPresent(DataFolder folder, String batch) {
    return Stream.of(batch, batch + ".gz")
        .anyMatch(file -> Files.isRegularFile(folder.of(name).resolve(file)));
  }

  @Override
  public Split load(DataFolder folder) {
    if (presence(folder) == Presence.ABSENT) {
      throw new DataException(
          "%s: %s: there are no batches to train and test with; run 'shinso data get %s', or %s"
              .formatted(name, folder.of(name), name, byHand(folder)));
    }
    return CifarBinary.readFolder(folder.of(name));
  }

  @Override
  public List<String> get(DataFolder folder, Download download, Progress progress) {
    boolean wrong = verify(folder).stream().anyMatch(c -> c.state() == FileCheck.State.WRONG);
    if (presence(folder) == Presence.COMPLETE && !wrong) {
      return List.of();
    }
    Path target = folder.writable(name).resolve(archive.name());
    try {
      if (!Files.isRegularFile(target)
          || !archive.checksum().of(target).equals(archive.checksum())) {
        download.fetch(archive, target, progress);
      }
    } catch (DownloadException e) {
      throw new DataException("%s: %s; or %s".formatted(name, e.getMessage(), byHand(folder)), e);
    }
    List<String> unpacked = unpack(target);
    try {
      Files.delete(target);
    } catch (IOException e) {
      throw new DataException(target + ": is unpacked, but can't be deleted; delete it", e);
    }
    return unpacked;
  }

  private static List<String> unpack(Path archive) {
    Path folder = archive.resolveSibling("");
    Map<String, String> sums = new TreeMap<>();
    try (InputStream in =
        new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)), 1 << 16)) {
      for (Path file : TarArchive.unpack(archive.toString(), in, folder)) {
        sums.put(file.getFileName().toString(), Checksum.sha256Of(file).hex());
      }
    } catch (IOException e) {
      throw new DataException(
          "%s: can't be unpacked (%s); delete it and get it again".formatted(archive, e), e);
    }
    for (String batch : BATCHES) {
      if (!sums.containsKey(batch)) {
        throw new DataException("%s: there is no %s in it".formatted(archive, batch));
      }
    }
    StringBuilder text = new StringBuilder();
    sums.forEach((file, sum) -> text.append(sum).append("  ").append(file).append('\n'));
    AtomicFile.write(folder.resolve(SUMS), text.toString());
    return List.copyOf(sums.keySet());
  }

  @Override
  public List<FileCheck> verify(DataFolder folder) {
    Map<String, String> sums = sums(folder);
    List<FileCheck> checks = new ArrayList<>();
    for (String batch : BATCHES) {
      checks.add(verify(folder, batch, sums));
    }
    return checks;
  }

  private FileCheck verify(DataFolder folder, String batch, Map<String, String> sums) {
    Path plain = folder.of(name).resolve(batch);
    Path file = Files.isRegularFile(plain) ? plain : plain.resolveSibling(batch + ".gz");
    if (!Files.isRegularFile(file)) {
      return new FileCheck(batch, FileCheck.State.MISSING, "not in " + folder.of(name));
    }
    String found = file.getFileName().toString();
    String expected = sums.get(found);
    if (expected != null) {
      Checksum sum = Checksum.sha256Of(file);
      return sum.hex().equals(expected)
          ? new FileCheck(found, FileCheck.State.GOOD, sum.toString())
          : new FileCheck(
              found, FileCheck.State.WRONG, "%s, should be %s".formatted(sum, expected));
    }
    try {
      String what = CifarBinary.read(name, List.of(file), 10_000).description();
      return new FileCheck(found, FileCheck.State.UNKNOWN, "records and labels are right: " + what);
    } catch (DataException e) {
      return new FileCheck(found, FileCheck.State.WRONG, e.getMessage());
    }
  }

  private Map<String, String> sums(DataFolder folder) {
    Path file = folder.of(name).resolve(SUMS);
    Map<String, String> sums = new LinkedHashMap<>();
    if (Files.isRegularFile(file)) {
      try {
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
          String[] parts = line.split("  ", 2);
          if (parts.length == 2) {
            sums.put(parts[1], parts[0]);
          }
        }
      } catch (IOException e) {
        throw new DataException(file + ": can't be read: " + e.getMessage(), e);
      }
    }
    return sums;
  }

  private String byHand(DataFolder folder) {
    return "unpack %s, and put data_batch_1.bin to data_batch_5.bin and test_batch.bin into %s by hand"
        .formatted(archive.mirrors().getFirst(), folder.of(name));
  }
}
