package shinso.train.data.catalog;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import shinso.train.data.Split;
import shinso.train.data.file.PairFile;
import shinso.train.data.file.PianoRollFile;
import shinso.train.data.file.TextFile;
import shinso.train.data.text.TextData;
import shinso.train.data.text.TextPairs;

/** The texts and the music of the catalog. */
final class SequenceSets {
  /** As much for validation as for test: the last tenth in the order of the text. */
  private static final double HELD_OUT = 0.05;

  private static final String ICML_2012 = "http://www-etud.iro.umontreal.ca/~boulanni/icml2012";

  static final List<KnownSet> ALL =
      List.of(
          new SequenceSet(
              "tinyshakespeare",
              "lines from plays of Shakespeare, 1,115,394 characters, the last tenth for validation"
                  + " and test (Karpathy)",
              "https://github.com/karpathy/char-rnn",
              "",
              null,
              List.of(
                  file(
                      "input.txt",
                      1_115_394,
                      "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
                      "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/"
                          + "tinyshakespeare/")),
              paths -> text("tinyshakespeare", paths.getFirst())),
          new SequenceSet(
              "jsb-chorales",
              "chorales of Bach, the notes at each quarter, 229 + 76 + 77 (Allan and Williams;"
                  + " Boulanger-Lewandowski and others)",
              ICML_2012,
              "",
              null,
              List.of(
                  file(
                      "jsb-chorales-quarter.json",
                      317_133,
                      "7bb5680a2bb2945d7f63aae99e94eac966396089c3cd497e34f478324b17290a",
                      "https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/master/")),
              paths -> PianoRollFile.readJson(paths.getFirst())),
          new SequenceSet(
              "nottingham",
              "folk tunes with chords, the notes at each sixteenth, 694 + 173 + 170"
                  + " (Boulanger-Lewandowski and others)",
              ICML_2012,
              ICML_2012
                  + ": each part as text, a tune a line, steps separated by ';', the MIDI notes of"
                  + " a step by blanks",
              "polyphonic",
              List.of(
                  file(
                      "nottingham.train.txt.gz",
                      86_347,
                      "667e8cc3615dbc6ac47f040279c06dcef2ced85c44a85a38c770ac0be9b27eb7"),
                  file(
                      "nottingham.valid.txt.gz",
                      21_801,
                      "5d14e1c4bc6903b7bded55161bae34110926eb5f0e21381da23caeca2f8de083"),
                  file(
                      "nottingham.test.txt.gz",
                      22_182,
                      "553ddf331b44aeaf2ee6af666faab1833e465f5cf7b849245370c712a326e696")),
              paths ->
                  PianoRollFile.split(
                      PianoRollFile.read(paths.get(0)),
                      PianoRollFile.read(paths.get(1)),
                      PianoRollFile.read(paths.get(2)))),
          new SequenceSet(
              "eng-jpn",
              "short sentences in English and Japanese, cut into words, 10,000 + 500 + 500 (Tanaka;"
                  + " Neubig; Oda)",
              "https://github.com/odashi/small_parallel_enja",
              "https://github.com/odashi/small_parallel_enja: the files train.en.000 and"
                  + " train.ja.000, dev and test, as lines of English, a tab, and Japanese",
              null,
              List.of(
                  file(
                      "eng-jpn.train.tsv.gz",
                      299_297,
                      "3366f66165eebb1f3f48788c0edcadf3a49b87d8b9782ffb013299c65137980f"),
                  file(
                      "eng-jpn.dev.tsv.gz",
                      16_723,
                      "d8752ff8a957e3384c0780be392f95c4b547917b0ac2546b2bfce5c63d62bd12"),
                  file(
                      "eng-jpn.test.tsv.gz",
                      16_913,
                      "dbfad601e5f43d4688d801cb69584cf10a821f978715934ff02256a936bda672")),
              paths -> pairs("eng-jpn", paths)));

  private SequenceSets() {}

  private static Split text(String name, Path file) {
    return TextData.split(name, TextFile.read(file), HELD_OUT, HELD_OUT);
  }

  private static Split pairs(String name, List<Path> paths) {
    List<List<TextPairs.Pair>> parts =
        paths.stream().map(path -> TextPairs.pairs(PairFile.read(path))).toList();
    return TextPairs.split(name, parts.get(0), parts.get(1), parts.get(2));
  }

  private static RemoteFile file(String name, long size, String sha256, String... mirrors) {
    return new RemoteFile(
        name,
        size,
        Checksum.sha256(sha256),
        Stream.of(mirrors).map(mirror -> URI.create(mirror + name)).toList());
  }
}
