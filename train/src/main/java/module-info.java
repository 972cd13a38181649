/** Data sets, the training loop, metrics, callbacks, checkpoints and run folders. */
module shinso.train {
  requires de.siegmar.fastcsv;
  requires java.desktop;
  requires java.net.http;
  requires jdk.management;
  requires metadata.extractor;
  requires org.slf4j;
  requires transitive shinso.nn;
  requires tools.jackson.databind;

  exports shinso.train;
  exports shinso.train.checkpoint;
  exports shinso.train.data;
  exports shinso.train.data.augment;
  exports shinso.train.data.catalog;
  exports shinso.train.data.file;
  exports shinso.train.data.glyphs;
  exports shinso.train.data.text;
  exports shinso.train.figure;
  exports shinso.train.file;
  exports shinso.train.judge;
  exports shinso.train.loop;
  exports shinso.train.report;
  exports shinso.train.run;
}
