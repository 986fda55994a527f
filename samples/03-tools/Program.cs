// Your own chat model, and functions of yours that it calls while it speaks with somebody. Any IChatClient will do; here it is a model of a
// local Ollama, or of any other OpenAI-compatible server: --Chat:Url=… --Chat:Model=…
using System.ClientModel;
using System.ComponentModel;
using Microsoft.Extensions.AI;
using OpenAI;
using Parley.Hosting;

var builder = WebApplication.CreateBuilder(args);
var url = builder.Configuration["Chat:Url"] ?? "http://127.0.0.1:11434/v1";
var model = builder.Configuration["Chat:Model"] ?? "llama3.2";
var server = new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(url) });

builder.Services.AddSingleton(server.GetChatClient(model).AsIChatClient());
builder.Services.AddSingleton<AIFunction>(AIFunctionFactory.Create(GetRoom, "get_room", "Finds a free room for a date."));
builder.Services.AddSingleton<AIFunction>(AIFunctionFactory.Create(Book, "book_room", "Books a room that get_room has found."));
builder.Services.AddParley(parley => parley.Bind(builder.Configuration.GetSection("Parley")));

var app = builder.Build();
app.MapRealtime();
app.Run();

static int GetRoom([Description("Year, month and day: 2026-11-26.")] string date) => 10 + (date.Length % 10);

static string Book(int room)
{
    Console.WriteLine($"Room {room} is booked.");
    return "done";
}
