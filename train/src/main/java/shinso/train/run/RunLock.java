package shinso.train.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;

/** The lock on a run's folder, which a killed process leaves free. */
final class RunLock {
  private static final String FILE = ".lock";
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_NANOS = 20_000_000;

  /**
   * The folders that this process holds. On POSIX systems a process that closes any channel to a
   * file loses its lock on it, so that its own locks must not be tried.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private RunLock() {}

  /**
   * Takes a folder until the lock is closed.
   *
   * @throws FileException if somebody has it, or the lock can't be written
   */
  static TrainingFolder.Lock take(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      Path key = folder.toRealPath();
      if (HELD.add(key)) {
        FileChannel channel = tryLock(key, file);
        if (channel != null) {
          return () -> release(key, channel, file);
        }
      }
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
    throw new FileException(
        "the run " + folder + " is being worked on by another process; wait for it or stop it");
  }

  private static @Nullable FileChannel tryLock(Path key, Path file) throws IOException {
    boolean taken = false;
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      taken = isLockedPatiently(channel);
      if (taken) {
        return channel;
      }
      channel.close();
      return null;
    } finally {
      if (!taken) {
        HELD.remove(key);
      }
    }
  }

  /** Waits for whoever only looks whether the folder is held, which takes no time. */
  private static boolean isLockedPatiently(FileChannel channel) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      if (isLocked(channel, false)) {
        return true;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return isLocked(channel, false);
  }

  private static boolean isLocked(FileChannel channel, boolean shared) throws IOException {
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Another class loader of this process.
      return false;
    }
  }

  private static void release(Path key, FileChannel channel, Path file) {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileException.writing(file, e);
    } finally {
      HELD.remove(key);
    }
  }

  /** Returns whether somebody has a folder; nothing is written. */
  static boolean isHeld(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        return false;
      }
      if (HELD.contains(folder.toRealPath())) {
        return true;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return !isLocked(channel, true);
      }
    } catch (IOException e) {
      // A run of somebody else, whose lock this user can't try.
      return false;
    }
  }
}
