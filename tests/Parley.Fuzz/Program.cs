using Parley.Fuzz;

var parsed = FuzzCommand.Create().Parse(args);
const int misuse = 2;
var code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? misuse : code;
