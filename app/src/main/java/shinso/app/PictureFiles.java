package shinso.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import shinso.core.tensor.Tensor;
import shinso.train.data.file.ImageFile;
import shinso.train.file.FileException;
import shinso.zoo.harness.RecipeRun;

/** What commands that read or draw pictures have in common. */
final class PictureFiles {
  private PictureFiles() {}

  /** Returns whether a name that a user gave to pictures is that of a folder: it has no ending. */
  static boolean isFolder(Path named) {
    return Files.isDirectory(named) || !named.getFileName().toString().contains(".");
  }

  /**
   * Writes pictures as {@code sample-0001.png} and so on into a folder, which is made.
   *
   * @param pictures {@code [n, h, w, c]}
   * @throws FileException if they can't be written
   */
  static void writeEach(Path folder, Tensor pictures) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
    for (int i = 0; i < pictures.shape().dim(0); i++) {
      Path file = folder.resolve("sample-%04d.png".formatted(i + 1));
      ImageFile.writePng(file, pictures.at(0, i));
    }
  }

  /**
   * Returns the file that a command writes, in the run's folder if none is named.
   *
   * @throws FileException if its ending is not {@code .png}
   */
  static Path png(RecipeRun run, Path named, String usual) {
    return png(named.toString().isEmpty() ? run.folder().file(usual) : named);
  }

  /**
   * Returns a file for a picture.
   *
   * @throws FileException if its ending is not {@code .png}
   */
  static Path png(Path file) {
    if (!file.toString().endsWith(".png")) {
      throw new FileException("pictures are written as PNG, so '" + file + "' must end in .png");
    }
    return file;
  }
}
