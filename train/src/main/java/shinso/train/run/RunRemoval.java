package shinso.train.run;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;

/**
 * Deletes runs and sweeps, and nothing else: folders that lie in the folder of all runs, have a
 * {@code run.json} or {@code sweep.json}, and that nobody is at work on. Symbolic links are not
 * followed. What makes a folder a run goes last, so that a removal that was cut short can be made
 * again.
 */
public final class RunRemoval {
  /** What makes a folder that of a run, or of several. */
  private static final List<String> MARKS = List.of("run.json", "sweep.json");

  private static final String LOCK = ".lock";

  private RunRemoval() {}

  /**
   * Fails if a folder can't be deleted as a run.
   *
   * @param root the folder of all runs
   * @throws FileException that says why: it lies elsewhere, is a symbolic link or no run, or
   *     somebody is at work on it
   */
  public static void check(Path root, Path folder) {
    if (Files.isSymbolicLink(folder)) {
      throw new FileException(
          folder + " is a symbolic link, which is not followed; remove the link by hand");
    }
    try {
      Path parent = folder.toRealPath().getParent();
      if (parent == null || !parent.equals(root.toRealPath())) {
        throw new FileException(
            "the run %s doesn't lie in the folder of runs, %s; give its own with --runs"
                .formatted(folder, root));
      }
    } catch (IOException e) {
      throw FileException.reading(folder, e);
    }
    if (MARKS.stream()
        .noneMatch(m -> Files.isRegularFile(folder.resolve(m), LinkOption.NOFOLLOW_LINKS))) {
      throw new FileException(
          "the folder %s has no %s: it is not that of a run, and is left alone"
              .formatted(folder, MARKS.getFirst()));
    }
    if (RunLock.isHeld(folder)) {
      throw new FileException("the run " + folder + " is running; stop it first");
    }
  }

  /**
   * Deletes a run.
   *
   * @param root the folder of all runs
   * @throws FileException as {@link #check} says, or if a file can't be deleted
   */
  public static void remove(Path root, Path folder) {
    check(root, folder);
    try (TrainingFolder.Lock _ = RunLock.take(folder)) {
      removeContent(folder);
      for (String mark : MARKS) {
        Files.deleteIfExists(folder.resolve(mark));
      }
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
    try {
      Files.deleteIfExists(folder.resolve(LOCK));
      Files.delete(folder);
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
  }

  private static void removeContent(Path top) throws IOException {
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = file.getFileName().toString();
            boolean goesLast = MARKS.contains(name) || name.equals(LOCK);
            if (!goesLast || !top.equals(file.getParent())) {
              Files.delete(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            if (!folder.equals(top)) {
              Files.delete(folder);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Returns how many bytes a folder takes; what a symbolic link leads to doesn't count. */
  public static long bytes(Path folder) {
    AtomicLong sum = new AtomicLong();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum.addAndGet(attributes.isRegularFile() ? attributes.size() : 0);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              // A file of a run that goes on has just been replaced.
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw FileException.reading(folder, e);
    }
    return sum.get();
  }
}
