/** An engine that cannot even start: a missing library, an unknown instruction. */
process.stderr.write('error while loading shared libraries: libggml.so\n');
process.exit(127);
