@echo off
rem Written by "hookrules compile". Starts the hook process; what it does stands in plan.json beside this file.
setlocal DisableDelayedExpansion
set "here=%~dp0"
set "hook="
set "runtime="
if exist "%here%local" set /p "runtime=" <"%here%local"
if defined runtime if exist "%runtime%\hookrules-hook.exe" set "hook=%runtime%\hookrules-hook.exe"
set "runtime="
if not defined hook if exist "%LOCALAPPDATA%\hookrules\current" set /p "runtime=" <"%LOCALAPPDATA%\hookrules\current"
if not defined hook if defined runtime if exist "%runtime%\hookrules-hook.exe" set "hook=%runtime%\hookrules-hook.exe"
if not defined hook for /d %%d in ("%here%..\..\node_modules\@hookrules\*") do if exist "%%d\bin\hookrules-hook.exe" set "hook=%%d\bin\hookrules-hook.exe"
if not defined hook for %%p in (hookrules-hook.exe) do set "hook=%%~$PATH:p"
if not defined hook goto missing
"%hook%" --plan "%here%plan.json" %*
exit /b %errorlevel%

:missing
for %%a in (%*) do if "%%~a"=="--closed" goto closed
echo {"systemMessage":"hookrules: the hookrules runtime is not installed on this machine, so the rules of this project are not applied: {{ mend }}"}
exit /b 0

:closed
echo hookrules: the hookrules runtime is not installed on this machine, and rules for this call must not be skipped: {{ mend }} 1>&2
exit /b 1
