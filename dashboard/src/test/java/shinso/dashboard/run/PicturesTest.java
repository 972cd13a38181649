package shinso.dashboard.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.dashboard.run.Pictures.Picture;
import shinso.dashboard.web.RefusedException;
import shinso.train.file.FileException;

/** The pictures of a run, and those that it has of several steps. */
final class PicturesTest {
  @TempDir private Path root;

  @Test
  void picturesByStepAreInTheOrderOfSteps() throws IOException {
    MadeRun run =
        MadeRun.in(root, "digits-mlp")
            .snapshot("1-train", "first layer", 100, "c")
            .snapshot("1-train", "first layer", 9, "b")
            .snapshot("1-train", "first layer", 0, "a")
            .figure("samples", "Samples <1>", "s");
    Pictures pictures = new Pictures(new Runs(root));
    List<Picture> all = pictures.of(run.name());
    assertEquals(List.of("First layer", "Samples <1>"), all.stream().map(Picture::title).toList());
    Picture layer = all.getFirst();
    assertEquals("train", layer.stage());
    assertEquals(List.of(0L, 9L, 100L), layer.frames().stream().map(f -> f.step()).toList());
    assertEquals("b", content(pictures, run, layer.frames().get(1)));
    assertEquals("s", content(pictures, run, all.get(1).frames().getFirst()));
  }

  private static String content(Pictures pictures, MadeRun run, Pictures.Frame frame)
      throws IOException {
    Pictures.Content content = pictures.content(run.name(), frame.path());
    assertEquals("image/png", content.type());
    return new String(content.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aNewPictureIsAnotherVersion() throws IOException {
    MadeRun run = MadeRun.in(root, "digits-mlp");
    Pictures pictures = new Pictures(new Runs(root));
    long none = pictures.version(run.name());
    run.snapshot("1-train", "first layer", 1, "a");
    long one = pictures.version(run.name());
    assertNotEquals(none, one);
    assertEquals(one, pictures.version(run.name()));
    run.figure("samples", "Samples", "s");
    assertNotEquals(one, pictures.version(run.name()));
  }

  /** Those of other files are fine. */
  @Test
  void aDamagedFigureIsSaidWithWhatToDo() throws IOException {
    MadeRun run =
        MadeRun.in(root, "digits-mlp").figure("fine", "Fine", "f").figure("bad", "B", "b");
    Path file = run.folder().path().resolve("figures/bad.json");
    Pictures pictures = new Pictures(new Runs(root));
    for (String damaged : List.of("{", "{\"parts\": []}")) {
      Files.writeString(file, damaged);
      assertEquals(
          List.of("Fine"), pictures.of(run.name()).stream().map(Pictures.Picture::title).toList());
      String message =
          assertThrows(
                  FileException.class,
                  () -> pictures.content(run.name(), List.of("figures", "bad", "bad.png")))
              .getMessage();
      assertTrue(message.contains("bad.json is corrupt: "), message);
      assertTrue(message.endsWith("draw it anew: shinso report " + run.folder().path()), message);
    }
  }

  @Test
  void otherFilesAreNoPictures() throws IOException {
    MadeRun run = MadeRun.in(root, "digits-mlp").snapshot("1-train", "w", 1, "a");
    Pictures pictures = new Pictures(new Runs(root));
    for (List<String> path :
        List.of(
            List.of("run.json"),
            List.of("snapshots", "1-train", "w-2.png"),
            List.of("snapshots", "1-train", "w-1.html"),
            List.of("snapshots", "1-train", "..", "w-1.png"),
            List.of("figures", "samples", "samples.png"),
            List.of("stages", "1-train", "model.png"))) {
      assertThrows(
          RefusedException.class, () -> pictures.content(run.name(), path), path::toString);
    }
  }
}
