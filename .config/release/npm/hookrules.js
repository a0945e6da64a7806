#!/usr/bin/env node
// Starts the native program of this platform's package. Hooks never come this way: Claude Code starts them without Node.
'use strict';
const { spawn } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');

const platform = `@hookrules/${process.platform === 'darwin' ? 'osx' : process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
let folder;
try {
  folder = path.dirname(require.resolve(`${platform}/package.json`));
} catch {
  console.error(
    `hookrules: the package ${platform} is not installed. Install again without --omit=optional; ` +
      'if there is no such package for this machine: dotnet tool install --global HookRules',
  );
  process.exit(3);
}

const program = path.join(folder, 'bin', process.platform === 'win32' ? 'hookrules.exe' : 'hookrules');
const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`hookrules: ${program} cannot be started: ${error.message}`);
  process.exit(3);
});
child.on('exit', (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
