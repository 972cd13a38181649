package shinso.train.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import shinso.train.UserException;

/** A file that can't be read, written or understood; the message is one line that names it. */
public final class FileException extends UserException {
  private static final long serialVersionUID = 1;

  /** Makes an exception for something wrong inside of a file. */
  public FileException(String message) {
    super(message, null);
  }

  /** Makes an exception with its cause. */
  public FileException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns this with a way out, if what is wrong is inside of a file. Where the system refuses to
   * read it, its reason is what to look at.
   */
  public FileException orElse(String remedy) {
    boolean isRefused = getCause() instanceof FileSystemException;
    return isRefused ? this : new FileException(getMessage() + "; " + remedy, this);
  }

  /** Returns the exception for a failed read, {@code can't read <file>: <reason>}. */
  public static FileException reading(Path file, IOException cause) {
    return new FileException("can't read " + file + ": " + reason(cause), cause);
  }

  /** Returns the exception for a failed change, {@code can't write <file>: <reason>}. */
  public static FileException writing(Path file, IOException cause) {
    return new FileException("can't write " + file + ": " + reason(cause), cause);
  }

  /** Returns why an operation failed; the messages of many exceptions are just the file's name. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "it exists already";
      case DirectoryNotEmptyException _ -> "the folder is not empty";
      case NotDirectoryException _ -> "it is not a folder";
      case FileSystemException f when f.getReason() != null -> firstLine(f.getReason());
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : firstLine(e.getMessage());
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
