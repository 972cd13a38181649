package shinso.train.data.catalog;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import shinso.train.data.DataException;
import shinso.train.data.Split;
import shinso.train.data.file.CifarBinary;

/** CIFAR-10 as its binary batches: an archive to be fetched, and the files in it. */
record CifarSet(String name, String about, String source, RemoteFile archive, List<Batch> batches)
    implements KnownSet {
  /** How many times the size of the archive its files may have; pictures don't shrink that much. */
  private static final int MOST_TIMES = 20;

  /** What they may have besides, in bytes: little archives of even pictures do shrink. */
  private static final long MOST_BESIDES = 1 << 20;

  /** A file of the archive, and the checksum of its unpacked content. */
  record Batch(String file, Checksum checksum) {}

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
    if (batches.stream().allMatch(batch -> find(folder, batch) != null)) {
      return Presence.COMPLETE;
    }
    return CifarBinary.isLoadable(folder.of(name)) ? Presence.PARTIAL : Presence.ABSENT;
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
  public List<String> get(DataFolder folder, Download download, DownloadProgress progress) {
    if (wrong(folder).isEmpty()) {
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
    List<String> unpacked = unpack(target, MOST_TIMES * archive.size() + MOST_BESIDES);
    List<String> wrong = wrong(folder);
    if (!wrong.isEmpty()) {
      throw new DataException(
          "%s: what was in %s is not what it should be: %s"
              .formatted(name, target, String.join(", ", wrong)));
    }
    try {
      Files.delete(target);
    } catch (IOException e) {
      throw new DataException(target + ": is unpacked, but can't be deleted; delete it", e);
    }
    return unpacked;
  }

  /** Returns the batches that are missing or not as they should be. */
  private List<String> wrong(DataFolder folder) {
    return batches.stream()
        .filter(batch -> verify(folder, batch).state() != FileCheck.State.GOOD)
        .map(Batch::file)
        .toList();
  }

  private static List<String> unpack(Path archive, long most) {
    try (InputStream in = unzipped(archive)) {
      return TarArchive.unpack(archive.toString(), in, archive.resolveSibling(""), most).stream()
          .map(file -> file.getFileName().toString())
          .toList();
    } catch (IOException e) {
      throw new DataException(
          "%s: can't be unpacked (%s); delete it and get it again".formatted(archive, e), e);
    }
  }

  private static InputStream unzipped(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      return new GZIPInputStream(in, 1 << 16);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public List<FileCheck> verify(DataFolder folder) {
    List<FileCheck> checks = new ArrayList<>();
    for (Batch batch : batches) {
      checks.add(verify(folder, batch));
    }
    Path test = CifarBinary.findTest(folder.of(name));
    if (test != null && !test.getFileName().toString().startsWith(batches.getLast().file())) {
      checks.add(shortened(test));
    }
    return checks;
  }

  private FileCheck verify(DataFolder folder, Batch batch) {
    Path file = find(folder, batch);
    if (file == null) {
      return new FileCheck(batch.file, FileCheck.State.MISSING, "not in " + folder.of(name));
    }
    String found = file.getFileName().toString();
    try (InputStream in = found.endsWith(".gz") ? unzipped(file) : Files.newInputStream(file)) {
      Checksum sum = batch.checksum.of(in);
      return sum.equals(batch.checksum)
          ? new FileCheck(found, FileCheck.State.GOOD, sum + " of its content")
          : new FileCheck(
              found,
              FileCheck.State.WRONG,
              "%s of its content, should be %s".formatted(sum, batch.checksum.hex()));
    } catch (IOException e) {
      return new FileCheck(found, FileCheck.State.WRONG, "can't be read: " + e);
    }
  }

  /** Checks a test batch that somebody shortened: the checksum of no such file is known. */
  private static FileCheck shortened(Path file) {
    String found = file.getFileName().toString();
    try {
      int size = CifarBinary.read(found, List.of(file), 10_000).size();
      return new FileCheck(found, FileCheck.State.UNKNOWN, size + " records with labels in 0 to 9");
    } catch (DataException e) {
      return new FileCheck(found, FileCheck.State.WRONG, e.getMessage());
    }
  }

  private @Nullable Path find(DataFolder folder, Batch batch) {
    return Stream.of(batch.file, batch.file + ".gz")
        .map(folder.of(name)::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  private String byHand(DataFolder folder) {
    return "unpack %s and put %s into %s by hand"
        .formatted(
            archive.mirrors().getFirst(),
            batches.stream().map(Batch::file).collect(Collectors.joining(", ")),
            folder.of(name));
  }
}
