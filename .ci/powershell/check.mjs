/*
 * The scripts of the packs, checked without PowerShell: syntax by a grammar, and rules of this house.
 * A look and its parts must have no means to change the server; all scripts keep clear of the traps
 * of Windows PowerShell 5.1. Syntax and names only: whether a command does what its page says, and
 * takes these parameters, only a real server tells.
 *
 *     node check.mjs FOLDER_OF_NODE_MODULES FILE...
 */
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), 'here.js'));
const { Parser, Language } = require('web-tree-sitter');

/* What a look may call: verbs that only look or reckon, and a few by name. */
const lookVerbs = /^(Get|Test|Resolve|Measure|Select|Sort|Group|Compare|ConvertTo|ConvertFrom|Join|Split|Find)-[A-Za-z]+$/;
const lookNames = ['Where-Object', 'ForEach-Object', 'New-Object', 'Import-Module', 'Add-Type', 'Write-StepwiseAnswer'];
/* Types whose static members a look may use; no file, process, registry or service is among them. */
const lookTypes = /^(Convert|BitConverter|Console|DateTime|TimeSpan|Math|guid|regex|string|int|double|int64|uint64|long|StringComparison|Text\.Encoding|Globalization\.[A-Za-z]+|Security\.Cryptography\.SHA256|Security\.Principal\.[A-Za-z]+|Diagnostics\.Eventing\.Reader\.[A-Za-z]+|Threading\.Thread|Stepwise[A-Za-z]+)$/i;
/* Types that a look may make. */
const lookObjects = /^('?)(System\.)?(DateTime|Collections\.[A-Za-z.[\]]+|Text\.StringBuilder|Diagnostics\.Eventing\.Reader\.[A-Za-z]+|Security\.Principal\.[A-Za-z]+|object|string|IO\.DriveInfo)\1$/i;
const changingMembers = /^(Delete|Kill|Terminate|Save|SetValue|SetAccessControl|MoveTo|CopyTo|Rename|Start|Stop|InvokeMethod|Invoke|InvokeScript|CreateSubKey|DeleteSubKey|DeleteValue|Encrypt|Decrypt|WriteAllText|Create[A-Z][A-Za-z]*)$/;
/* Functions of Windows that the embedded C# may import: none of them writes. CreateFile opens; the
   access it asks for is checked apart. */
const imports = ['CreateFile', 'CreateFileW', 'DeviceIoControl', 'GetFileInformationByHandle', 'GetFileInformationByHandleEx', 'GetFinalPathNameByHandle', 'GetFinalPathNameByHandleW', 'FindFirstFile', 'FindFirstFileW', 'FindFirstFileEx', 'FindFirstFileExW', 'FindNextFile', 'FindNextFileW', 'FindClose', 'FindFirstStreamW', 'FindNextStreamW', 'GetVolumeNameForVolumeMountPoint', 'GetVolumeNameForVolumeMountPointW', 'OpenFileById', 'RegQueryInfoKey', 'RegQueryInfoKeyW', 'NetStatisticsGet', 'NetApiBufferFree', 'GetCompressedFileSize', 'GetCompressedFileSizeW', 'GetVolumePathName', 'GetVolumePathNameW', 'GetDiskFreeSpaceEx', 'GetDiskFreeSpaceExW', 'CloseHandle'];
/* What DeviceIoControl may ask: query and read the change journal, list its files, read a reparse
   point. @source winioctl.h */
const controls = [0x900f4, 0x900bb, 0x900b3, 0x903bb, 0x900a8];
const never = { 'Invoke-Expression': 'text is never run', 'iex': 'text is never run', 'Invoke-Command': 'a second hop does not work over WinRM', 'Write-Host': 'output is the envelope alone', 'Write-Output': 'output is the envelope alone', 'Out-String': 'it wraps at the width of a console', 'Format-Table': 'it cuts at the width of a console', 'Format-List': 'it wraps at the width of a console', 'Read-Host': 'nobody is there', 'Get-WmiObject': 'use Get-CimInstance', 'Start-Sleep': 'waiting is the engine\'s work', 'Get-WinEvent': 'it renders a message for each event and tells an empty answer by an error: Get-StepwiseEvent does neither', 'Get-ChildItem': 'with an older .NET it ends at 260 characters of path: walk with FindFirstFile' };
/* They ask back without it, and nobody is there. */
const asksBack = { 'Block-SmbShareAccess': '-Force', 'Unblock-SmbShareAccess': '-Force', 'Grant-SmbShareAccess': '-Force', 'Revoke-SmbShareAccess': '-Force', 'Close-SmbOpenFile': '-Force', 'Close-SmbSession': '-Force', 'Register-ScheduledTask': '-Force', 'Unregister-ScheduledTask': '-Confirm:$false', 'Remove-SmbShare': '-Force' };
/* Enumerations: never nothing. */
const neverNothing = ['Attributes', 'FileSystemRights'];
const takesLiteralPath = ['Get-Item', 'Get-ChildItem', 'Test-Path', 'Get-Content', 'Get-Acl', 'Resolve-Path', 'Remove-Item', 'Copy-Item', 'Move-Item', 'Get-ItemProperty'];

await Parser.init();
const folder = path.join(modules, 'tree-sitter-powershell');
const parser = new Parser();
parser.setLanguage(await Language.load(path.join(folder, 'tree-sitter-powershell.wasm')));

let failed = 0;
let parsed = 0;
function complain(file, node, text) {
    const at = node === null ? ':1' : `:${node.startPosition.row + 1}:${node.startPosition.column + 1}`;
    console.log(`${file}${at}: ${text}`);
    failed += 1;
}

function each(node, visit) {
    visit(node);
    for (const child of node.children) {
        each(child, visit);
    }
}

function parse(file, text) {
    const tree = parser.parse(text);
    let found = !tree.rootNode.hasError;
    const walk = found ? () => {} : each;
    walk(tree.rootNode, (node) => {
        if ((node.isError || node.isMissing) && !found) {
            found = true; /* what follows from the first is noise */
            complain(file, node, `no PowerShell: ${node.isMissing ? `'${node.type}' is missing` : node.text.split('\n')[0].slice(0, 60)}`);
        }
    });
    if (!found) {
        complain(file, null, 'no PowerShell');
    }
    parsed += 1;
    return tree.rootNode;
}

/* First lines: "# stepwise: PACK/NAME look|act|part [with PART ...]". */
const scripts = new Map();
for (const file of files) {
    const text = fs.readFileSync(file, 'utf8');
    const words = text.split(/\r?\n/, 1)[0].split(' ');
    if (words[0] !== '#' || words[1] !== 'stepwise:' || !['look', 'act', 'part'].includes(words[3])) {
        complain(file, null, 'the first line says what it is: # stepwise: PACK/NAME look|act|part');
        continue;
    }
    scripts.set(words[2], { file, text, kind: words[3], parts: words.slice(5), root: parse(file, text) });
}

/* Scripts within a script: C# for Add-Type, and what a scheduled task runs. */
function innerTexts(root) {
    const texts = [];
    for (const node of root.descendantsOfType(['verbatim_here_string_characters', 'expandable_here_string_literal'])) {
        texts.push({ node, text: node.text.replace(/^@['"]\r?\n/, '').replace(/\r?\n['"]@$/, '\n') });
    }
    return texts;
}

function checkText(script) {
    for (const [index, line] of script.text.split('\n').entries()) {
        if (/[^\x00-\x7f]/.test(line)) {
            console.log(`${script.file}:${index + 1}: only ASCII: its quotes and dashes have doubles elsewhere that PowerShell takes for them`);
            failed += 1;
        }
    }
    for (const inner of innerTexts(script.root)) {
        if (/DllImport|^\s*using System/m.test(inner.text)) {
            for (const found of inner.text.matchAll(/static extern\s+[A-Za-z0-9_.[\]]+\s+([A-Za-z0-9_]+)\s*\(/g)) {
                if (!imports.includes(found[1])) {
                    complain(script.file, inner.node, `imports ${found[1]}, which is not among those that only look`);
                }
            }
            for (const found of inner.text.matchAll(/0x0*(9[0-9a-f]{4})\b/gi)) {
                if (!controls.includes(parseInt(found[1], 16))) {
                    complain(script.file, inner.node, `control code ${found[0]}, which is not among those that only look`);
                }
            }
            const changing = inner.text.match(/\b(File|Directory|Process|Registry|RegistryKey)\.(Delete|Move|Copy|Write[A-Za-z]*|Append[A-Za-z]*|Create[A-Za-z]*|Start|Set[A-Za-z]*)\b|GENERIC_WRITE|0x40000000/);
            if (changing !== null) {
                complain(script.file, inner.node, `the C# in it names ${changing[0]}`);
            }
        } else {
            parse(`${script.file} (script within, from line ${inner.node.startPosition.row + 1})`, inner.text);
        }
    }
}

/* Casts that make something of nothing. */
function checkCast(script, node) {
    const cast = /^\[(int|int32|int64|long|uint32|uint64|DateTime)\]\s*\(?\$([A-Za-z]+)((\.[A-Za-z]+)*)/i.exec(node.text);
    if (cast === null || cast[2] === 'Call') {
        return;
    }
    if (/^DateTime$/i.test(cast[1])) {
        complain(script.file, node, 'a cast to a time reads a text by some culture and takes it for local: ConvertTo-StepwiseTime');
    } else if (cast[3] !== '' && !neverNothing.includes(cast[3].split('.').pop())) {
        complain(script.file, node, 'a cast makes 0 of a property that is not there: ConvertTo-StepwiseNumber keeps it null');
    }
}

function nameOf(command) {
    const name = command.childForFieldName('command_name');
    return name === null ? '' : name.text;
}

function checkCommand(script, command) {
    const name = nameOf(command);
    if (never[name] !== undefined) {
        complain(script.file, command, `no ${name} here: ${never[name]}`);
    }
    if (command.childForFieldName('command_name')?.type === 'command_name' && !name.includes('-')) {
        complain(script.file, command, `'${name}' is an alias or a program: write the command's own name`);
    }
    if (takesLiteralPath.includes(name) && !/-LiteralPath\b/.test(command.text)) {
        complain(script.file, command, `${name} without -LiteralPath takes [ and * in names for wildcards`);
    }
    if (name === 'ConvertTo-Json' && !/-InputObject\b[\s\S]*-Depth\b[\s\S]*-Compress\b/.test(command.text)) {
        complain(script.file, command, 'ConvertTo-Json wants -InputObject (or a list of one is unwrapped), -Depth (or it is cut at 2) and -Compress (one line is the answer)');
    }
    if (name === 'Get-Content' && !/-Encoding\b/.test(command.text)) {
        complain(script.file, command, 'Get-Content without -Encoding reads by the code page of the server');
    }
    if (asksBack[name] !== undefined && !command.text.includes(asksBack[name])) {
        complain(script.file, command, `${name} asks back without ${asksBack[name]}`);
    }
    if (name !== 'Get-Command' && script.kind !== 'act' && /-(ErrorAction|EA)\s+('|\")?(SilentlyContinue|Ignore)\b/i.test(command.text.split('{')[0])) {
        complain(script.file, command, `${name} that fails would look like ${name} that found nothing: catch the error and look at its id`);
    }
}

/* Of looks, and of parts, which looks are made of. */
function checkLook(script, own) {
    for (const node of script.root.descendantsOfType(['command', 'redirection', 'invokation_expression', 'function_name'])) {
        if (node.type === 'command') {
            const name = nameOf(node);
            const isOwn = own.has(name);
            const isBody = node.text.startsWith('& $Body ') && script.kind === 'part';
            // The command of a hook: the script has refused every verb that does not read, above.
            const isHook = node.text.startsWith('& $command @with ') && script.file === 'stdlib/hooks/scripts/look-command.ps1';
            if (!isOwn && !isBody && !isHook && !lookVerbs.test(name) && !lookNames.includes(name)) {
                complain(script.file, node, `'${name || node.text.split('\n')[0].slice(0, 40)}' may change the server, and this is no act`);
            }
            const made = name === 'New-Object' ? /-TypeName\s+(\S+)/.exec(node.text) : null;
            if (name === 'New-Object' && (made === null || !lookObjects.test(made[1]))) {
                complain(script.file, node, `New-Object -TypeName of a type that only holds values, not ${made === null ? 'something' : made[1]}`);
            }
        } else if (node.type === 'redirection') {
            complain(script.file, node, 'writes a file, and this is no act');
        } else if (node.type === 'invokation_expression') {
            const object = node.child(0);
            const member = node.children.find((child) => child.type === 'member_name');
            if (object?.type === 'type_literal' && !lookTypes.test(object.text.slice(1, -1))) {
                complain(script.file, node, `calls ${object.text}, which is not among the types that only look`);
            }
            if (member !== undefined && changingMembers.test(member.text)) {
                complain(script.file, node, `calls ${member.text}, and this is no act`);
            }
        } else if (node.type === 'function_name' && !lookVerbs.test(node.text) && node.text !== 'Write-StepwiseAnswer') {
            complain(script.file, node, `'${node.text}': a function of a look is named by what it does: Get-, Test-, ConvertTo- ...`);
        }
    }
}

for (const [name, script] of scripts) {
    checkText(script);
    for (const node of script.root.descendantsOfType(['command', 'type_literal', 'cast_expression'])) {
        if (node.type === 'command') {
            checkCommand(script, node);
        }
        if (node.type === 'cast_expression') {
            checkCast(script, node);
        }
        if (node.type === 'type_literal' && /^\[ScriptBlock\]$/i.test(node.text) && /::\s*Create/.test(node.parent.text)) {
            complain(script.file, node, 'text is never run');
        }
    }
    if (script.kind === 'act') {
        continue;
    }
    const own = new Set();
    for (const part of [name, ...script.parts]) {
        if (scripts.has(part)) {
            for (const node of scripts.get(part).root.descendantsOfType('function_name')) {
                own.add(node.text);
            }
        } else {
            complain(script.file, null, `there is no part '${part}'`);
        }
    }
    checkLook(script, own);
}
if (scripts.size === 0) {
    console.log('no script was found to check');
    failed += 1;
}
if (failed === 0) {
    console.log(`${scripts.size} scripts, ${parsed} texts parsed`);
}
process.exit(failed === 0 ? 0 : 1);
