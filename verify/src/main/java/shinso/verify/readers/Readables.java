package shinso.verify.readers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.OnnxExport;
import shinso.interchange.onnx.OnnxFile;
import shinso.interchange.onnx.OnnxModel;
import shinso.interchange.pytorch.PyTorch;
import shinso.nn.layer.Network;
import shinso.train.checkpoint.Checkpoint;
import shinso.train.checkpoint.Checkpoints;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.DataException;
import shinso.train.data.catalog.TarArchive;
import shinso.train.data.file.CifarBinary;
import shinso.train.data.file.CsvEncoder;
import shinso.train.data.file.CsvFile;
import shinso.train.data.file.CsvSchema;
import shinso.train.data.file.CsvSplit;
import shinso.train.data.file.IdxFile;
import shinso.train.data.file.ImageFile;
import shinso.train.data.file.Interpolation;
import shinso.train.data.file.PairFile;
import shinso.train.data.file.PianoRollFile;
import shinso.train.data.file.TextFile;
import shinso.train.file.JsonFile;
import shinso.train.file.Safetensors;
import shinso.train.run.MetricsFile;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.zoo.Recipes;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.RecipeRun;

/** All kinds of files that the program reads. */
final class Readables {
  private static final Shape IMAGE = Shape.of(2, 4, 4, 1);
  private static final Shape SEQUENCE = Shape.of(2, 3, 2);

  private static final long MOST_UNPACKED = 1 << 20;
  private static final long STEP = 7;

  private final Path folder;
  private final Path file;

  private Readables(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("file");
  }

  /** Returns all kinds, which are read from a folder of temporary files. */
  static List<Readable> all(Path folder) throws IOException {
    Readables made = new Readables(folder);
    List<Readable> all = new ArrayList<>();
    all.addAll(made.pictures());
    all.addAll(made.arrays());
    all.addAll(made.tables());
    all.addAll(made.texts());
    all.addAll(made.models());
    all.addAll(made.foreignModels());
    all.addAll(made.runs());
    all.addAll(made.archives());
    return all;
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private List<Readable> pictures() {
    Readable.Reading reading =
        bytes -> ImageFile.read(write(bytes), 9, 11, 3, Interpolation.BILINEAR);
    List<byte[]> mixed =
        Stream.of(PictureSamples.png(), PictureSamples.jpeg(), PictureSamples.bmp())
            .flatMap(List::stream)
            .toList();
    return List.of(
        Readable.of("PNG", PictureSamples.png(), reading),
        Readable.of("JPEG", PictureSamples.jpeg(), reading),
        Readable.of("GIF", PictureSamples.gif(), reading),
        Readable.of("BMP", PictureSamples.bmp(), reading),
        Readable.of("TIFF", PictureSamples.tiff(), reading),
        Readable.of("picture for a model", mixed, bytes -> ImageInput.DIGIT.read(write(bytes))));
  }

  private List<Readable> texts() {
    Readable.Reading text = bytes -> TextFile.read(write(bytes));
    Readable texts =
        Readable.of("text", List.of(utf8("für 日本\r\n𝄞\n"), utf8("\uFEFFa\rb\n")), text);
    Readable rolls =
        Readable.of(
            "piano roll",
            List.of(utf8("60 64 67;;21 108;\n48\n"), utf8("60;62")),
            bytes -> PianoRollFile.read(write(bytes)).batch(new int[] {0}));
    byte[] json = utf8("{\"train\": [[[60, 64], []]], \"valid\": [[[50]]], \"test\": [[[51]]]}");
    return List.of(
        texts,
        texts.packed("gzip of a text", Readables::gzip),
        Readable.of(
            "pairs of texts",
            List.of(utf8("a b\t日本 。\r\n\n𝄞\tc\n")),
            bytes -> PairFile.read(write(bytes)).whole()),
        rolls,
        Readable.of(
            "piano rolls in JSON",
            List.of(json),
            bytes -> PianoRollFile.readJson(write(bytes)).train().batch(new int[] {0})));
  }

  private List<Readable> arrays() throws IOException {
    List<String> classes = List.of("a", "b", "c");
    byte[] images = idx(0x08, new int[] {3, 2, 2}, new byte[12]);
    byte[] labels = idx(0x08, new int[] {3}, new byte[] {2, 0, 1});
    byte[] colours = idx(0x0D, new int[] {3, 1, 1, 3}, new byte[36]);
    byte[] doubles = idx(0x0E, new int[] {2, 2}, new byte[32]);
    byte[] shorts = idx(0x0B, new int[] {4}, new byte[8]);
    Path goodImages = Files.write(folder.resolve("images"), images);
    Path goodLabels = Files.write(folder.resolve("labels"), labels);
    Readable idxImages =
        Readable.of(
            "IDX images",
            List.of(images, colours),
            bytes -> IdxFile.readImages(write(bytes), goodLabels, classes).batch(new int[] {0, 2}));
    byte[] record = new byte[3073];
    Arrays.fill(record, 1, 3073, (byte) 77);
    byte[] batch = ByteBuffer.allocate(2 * 3073).put(record).put(record).array();
    Readable.Reading cifar =
        bytes -> CifarBinary.read("part", List.of(write(bytes)), 2).batch(new int[] {0});
    return List.of(
        idxImages,
        idxImages.packed("gzip of IDX images", Readables::gzip),
        Readable.of("gzip", List.of(gzip(images), gzip(colours)), idxImages.reading()),
        Readable.of(
            "IDX labels",
            List.of(labels, idx(0x09, new int[] {3}, new byte[3])),
            bytes -> IdxFile.readImages(goodImages, write(bytes), classes)),
        Readable.of(
            "IDX",
            List.of(images, labels, colours, doubles, shorts),
            bytes -> IdxFile.read(write(bytes)).toFloatArray()),
        Readable.of("CIFAR", List.of(batch, record), cifar),
        Readable.of("gzip of CIFAR", List.of(gzip(batch)), cifar));
  }

  private static byte[] idx(int type, int[] dims, byte[] elements) {
    ByteBuffer all = ByteBuffer.allocate(4 + 4 * dims.length + elements.length);
    all.put((byte) 0).put((byte) 0).put((byte) type).put((byte) dims.length);
    for (int d : dims) {
      all.putInt(d);
    }
    return all.put(elements).array();
  }

  private List<Readable> tables() throws IOException {
    byte[] plain = utf8("x,\"y\",label\n1,2.5,red\n-3,1e3,\"gre\"\"en\"\n0,,red\n");
    byte[] marked = utf8("\uFEFFx,y,label\r\n1,NA,ä\r\n2,3,\"two\nlines\"\r\n");
    CsvSchema classes = CsvSchema.classification("label").missing(CsvSchema.Missing.MEAN);
    CsvSchema numbers = CsvSchema.unsupervised().oneHot("label");
    Readable csv =
        Readable.of(
            "CSV",
            List.of(plain, marked),
            bytes -> {
              CsvFile table = CsvFile.read(write(bytes), CsvFile.Format.COMMA);
              classes.fit(CsvSplit.whole(table)).encode(table);
              numbers.missing(CsvSchema.Missing.DROP_ROW).fit(CsvSplit.whole(table)).encode(table);
            });
    byte[] german = utf8("made by a program\n# x\nx;y;label\n1.234,5;'2';red\n-3;1e3;green\n");
    CsvFile.Format settings =
        CsvFile.Format.SEMICOLON.skipping(1).comments('#').quote('\'').decimal(',').thousands('.');
    CsvFile rows = CsvFile.read(write(plain), CsvFile.Format.COMMA);
    List<byte[]> encoders = new ArrayList<>();
    for (CsvSchema schema : List.of(classes.standardizing(), numbers)) {
      schema.missing(CsvSchema.Missing.MEAN).fit(CsvSplit.whole(rows)).save(file);
      encoders.add(Files.readAllBytes(file));
    }
    byte[] metrics = utf8("step,seconds,loss\n1,0.5,2.25\n2,1,NaN\n10,5.5,1.0E-4\n");
    return List.of(
        csv,
        csv.packed("gzip of CSV", Readables::gzip),
        Readable.of(
            "CSV with settings",
            List.of(german),
            bytes -> numbers.fit(CsvSplit.whole(CsvFile.read(write(bytes), settings)))),
        Readable.of(
            "encoder of tables",
            encoders,
            bytes -> CsvEncoder.load(write(bytes)).encodeFeatures(rows)),
        Readable.of(
            "metrics.csv",
            List.of(metrics),
            bytes -> {
              MetricsTable.read(write(bytes)).series("loss");
              MetricsTable.joined(List.of(file, file));
              MetricsFile.open(file, 2).close();
            }));
  }

  private List<Readable> foreignModels() throws IOException {
    Network convolution =
        Network.of(4, 4, 1).conv(2, 3).batchNorm().relu().flatten().dense(2).build(Rng.of(1));
    OnnxFile.write(convolution, file);
    byte[] first = Files.readAllBytes(file);
    Network recurrent = Network.of(3, 2).lstm(2).gru(2).dense(2).softmax().build(Rng.of(1));
    OnnxExport.of(recurrent).openTime().write(file);
    byte[] second = Files.readAllBytes(file);
    PyTorch.save(file, convolution);
    byte[] weights = Files.readAllBytes(file);
    return List.of(
        Readable.of(
            "onnx",
            List.of(first, second),
            bytes -> {
              OnnxModel model = OnnxFile.read(write(bytes));
              Shape input = model.graph().outputs().toString().contains("time") ? SEQUENCE : IMAGE;
              // Traced and not computed: any length that a file says is one of a tensor.
              model.outputShape(input);
            }),
        Readable.of("pytorch", List.of(weights), bytes -> PyTorch.load(write(bytes), convolution)));
  }

  private List<Readable> models() throws IOException {
    Map<String, Param> model = new LinkedHashMap<>();
    model.put("w", Param.of(Tensor.of(new float[] {1, -2, 3, 4, 5, 6}, 2, 3)));
    model.put("n", Param.of(Tensor.of(new int[] {3}, 1)));
    model.put("d", Param.of(Tensor.of(new double[] {0.1, 0.2}, 2)));
    ModelFile.save(file, model, Map.of("recipe", "digits"));
    byte[] saved = Files.readAllBytes(file);
    byte[] foreign =
        safetensors(
            "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[4,8]},"
                + "\"l\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[8,16]},"
                + "\"u\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[16,17]},"
                + "\"t\":{\"dtype\":\"BOOL\",\"shape\":[0],\"data_offsets\":[17,17]}}",
            17);
    return List.of(
        Readable.of(
            "safetensors", List.of(saved, foreign), bytes -> Safetensors.read(write(bytes))),
        Readable.of(
            "model",
            List.of(saved),
            bytes -> {
              ModelFile.loadFitting(write(bytes), model, name -> name);
              ModelFile.load(file, model);
            }));
  }

  private static byte[] safetensors(String header, int data) {
    byte[] json = utf8(header);
    return ByteBuffer.allocate(8 + json.length + data)
        .putLong(0, Long.reverseBytes(json.length))
        .put(8, json)
        .array();
  }

  private List<Readable> runs() throws IOException {
    Path root = Files.createDirectory(folder.resolve("runs"));
    RunFolder made =
        RunFolder.create(
            root,
            RunInfo.starting(
                "digits-softmax",
                "smoke",
                1,
                Map.of("data", "glyphs", "epochs", "1"),
                "glyphs: 2,500 examples",
                List.of("run", "digits-softmax")));
    Path info = made.file("run.json");
    byte[] description = Files.readAllBytes(info);

    Checkpoints checkpoints = Checkpoints.in(folder.resolve("checkpoints"), 2);
    Map<String, Tensor> model = Map.of("w", Tensor.of(new float[] {1, 2, 3}, 3));
    Map<String, Tensor> state = Map.of("m", Tensor.of(new int[] {7}, 1));
    Path tensors = checkpoints.save(new Checkpoint(STEP, STEP, model, state, Map.of("seed", "1")));
    Path summary = Path.of(tensors.toString().replace(".safetensors", ".json"));
    byte[] goodTensors = Files.readAllBytes(tensors);
    byte[] goodSummary = Files.readAllBytes(summary);
    Readable.Reading load =
        bytes -> {
          Files.write(tensors, bytes);
          // As if it had been written like that: what lies behind the checksum is to hold, too.
          JsonFile.write(summary, Map.of("sha256", sha256(bytes), "step", STEP));
          checkpoints.newest();
        };
    return List.of(
        Readable.of(
            "run.json",
            List.of(description),
            bytes -> {
              Files.write(info, bytes);
              RunFolder.open(root, made.path().toString());
              RecipeRun.open(root, made.path().toString(), Recipes::named);
            }),
        Readable.of("checkpoint", List.of(goodTensors), load),
        Readable.of(
            "checkpoint summary",
            List.of(goodSummary),
            bytes -> {
              Files.write(tensors, goodTensors);
              Files.write(summary, bytes);
              checkpoints.newest();
            }));
  }

  private List<Readable> archives() {
    byte[] tar =
        ByteBuffer.allocate(6 * 512)
            .put(tarEntry('5', "set/", 0))
            .put(tarEntry('0', "set/one.bin", 600))
            .position(4 * 512)
            .array();
    Readable plain =
        Readable.of("tar", List.of(tar), bytes -> unpack(new ByteArrayInputStream(bytes)));
    return List.of(
        plain,
        plain.packed("tar with its sums", Readables::summed),
        Readable.of(
            "tar.gz",
            List.of(gzip(tar)),
            bytes -> {
              try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                unpack(in);
              } catch (IOException e) {
                throw new DataException("archive: can't be unpacked (" + e + ")", e);
              }
            }));
  }

  private void unpack(InputStream in) throws IOException {
    Path to = Files.createDirectories(folder.resolve("unpacked"));
    try {
      TarArchive.unpack("archive", in, to, MOST_UNPACKED);
    } finally {
      try (Stream<Path> files = Files.walk(to)) {
        for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(p);
        }
      }
    }
  }

  private static byte[] tarEntry(char type, String name, int size) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 124, String.format(Locale.ROOT, "%011o\0", size));
    header[156] = (byte) type;
    put(header, 257, "ustar\00000");
    return summed(header);
  }

  /** Returns an archive whose first two headers have the sums that they should have. */
  private static byte[] summed(byte[] tar) {
    for (int at = 0; at + 512 <= Math.min(tar.length, 1024); at += 512) {
      Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
      int sum = 0;
      for (int i = at; i < at + 512; i++) {
        sum += tar[i] & 0xFF;
      }
      put(tar, at + 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    }
    return tar;
  }

  private static void put(byte[] to, int at, String text) {
    byte[] bytes = utf8(text);
    System.arraycopy(bytes, 0, to, at, bytes.length);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(file, bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
