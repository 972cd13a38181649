package shinso.train.data.catalog;

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

/**
 * The files of a set: where they lie, how they get there, and whether they are right.
 *
 * @param set the name of the set, and of the folder that they are fetched to
 * @param also a further folder in which they are looked for; null if there is none
 * @param files the files; those without a mirror must be put there by hand
 */
record SetFiles(String set, @Nullable String also, List<RemoteFile> files) {
  /** Returns the bytes that can be fetched. */
  long downloadSize() {
    return files.stream()
        .filter(file -> !file.mirrors().isEmpty())
        .mapToLong(RemoteFile::size)
        .sum();
  }

  KnownSet.Presence presence(DataFolder folder) {
    boolean all = files.stream().allMatch(file -> find(folder, file) != null);
    return all ? KnownSet.Presence.COMPLETE : KnownSet.Presence.ABSENT;
  }

  /**
   * Returns where the files are, in their order.
   *
   * @param source where those without a mirror can be had
   * @throws DataException if one is missing; the message says how to get it
   */
  List<Path> paths(DataFolder folder, String source) {
    List<RemoteFile> missing = files.stream().filter(file -> find(folder, file) == null).toList();
    if (!missing.isEmpty()) {
      String get = "run 'shinso data get %s', or ".formatted(set);
      throw new DataException(
          "%s: %s: there is no %s; %sput %s there by hand from %s"
              .formatted(
                  set,
                  folder.of(set),
                  names(missing),
                  missing.getFirst().mirrors().isEmpty() ? "" : get,
                  missing.size() == 1 ? "it" : "them",
                  place(missing, source)));
    }
    return files.stream().map(file -> existing(folder, file)).toList();
  }

  /**
   * Downloads what is missing or wrong.
   *
   * @param source where files without a mirror can be had
   */
  List<String> get(DataFolder folder, String source, Download download, DownloadProgress progress) {
    List<String> fetched = new ArrayList<>();
    for (RemoteFile file : files) {
      Path there = find(folder, file);
      if (there != null && check(there, file).state() == FileCheck.State.GOOD) {
        continue;
      }
      List<RemoteFile> rest = files.subList(files.indexOf(file), files.size());
      if (file.mirrors().isEmpty()) {
        throw new DataException(
            "%s: no address is known from which it could be fetched as it is needed; %s"
                .formatted(set, byHand(folder, rest, source)));
      }
      folder.writable(set);
      try {
        download.fetch(file, folder.of(set).resolve(file.name()), progress);
      } catch (DownloadException e) {
        throw new DataException(
            "%s: %s; or %s".formatted(set, e.getMessage(), byHand(folder, rest, source)), e);
      }
      fetched.add(file.name());
    }
    return fetched;
  }

  List<FileCheck> verify(DataFolder folder) {
    return files.stream().map(file -> verify(folder, file)).toList();
  }

  private FileCheck verify(DataFolder folder, RemoteFile file) {
    Path path = find(folder, file);
    return path == null
        ? new FileCheck(file.name(), FileCheck.State.MISSING, "not in " + folder.of(set))
        : check(path, file);
  }

  private static FileCheck check(Path path, RemoteFile file) {
    String found = path.getFileName().toString();
    if (!found.startsWith(file.name())) {
      return new FileCheck(
          found, FileCheck.State.UNKNOWN, "unpacked; the checksum is of " + file.name());
    }
    Checksum sum =
        found.equals(file.name()) ? file.checksum().of(path) : unpacked(path, file.checksum());
    return sum.equals(file.checksum())
        ? new FileCheck(found, FileCheck.State.GOOD, sum.toString())
        : new FileCheck(
            found, FileCheck.State.WRONG, "%s, should be %s".formatted(sum, file.checksum().hex()));
  }

  private static Checksum unpacked(Path path, Checksum kind) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      return kind.of(in);
    } catch (IOException e) {
      throw new DataException(path + ": can't be unpacked: " + e.getMessage(), e);
    }
  }

  private String byHand(DataFolder folder, List<RemoteFile> missing, String source) {
    return "put %s from %s into %s by hand"
        .formatted(names(missing), place(missing, source), folder.of(set));
  }

  /** Returns the folder on the network that has these files. */
  private static String place(List<RemoteFile> files, String source) {
    if (files.getFirst().mirrors().isEmpty()) {
      return source;
    }
    String url = files.getFirst().mirrors().getFirst().toString();
    return url.substring(0, url.lastIndexOf('/') + 1);
  }

  private static String names(List<RemoteFile> files) {
    return files.stream().map(RemoteFile::name).collect(Collectors.joining(", "));
  }

  private Path existing(DataFolder folder, RemoteFile file) {
    Path path = find(folder, file);
    if (path == null) {
      throw new DataException(folder.of(set).resolve(file.name()) + ": has just disappeared");
    }
    return path;
  }

  /** Returns the file, gzipped or unpacked, or null. */
  private @Nullable Path find(DataFolder folder, RemoteFile file) {
    String plain = file.name().replaceFirst("\\.gz$", "");
    // Some unpackers restore the name that MNIST's files had at first, with a dot.
    String dotted = plain.replaceFirst("-(idx\\d-ubyte)$", ".$1");
    return Stream.of(set, also)
        .filter(f -> f != null)
        .flatMap(
            f -> Stream.of(file.name(), plain + ".gz", plain, dotted).map(folder.of(f)::resolve))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }
}
